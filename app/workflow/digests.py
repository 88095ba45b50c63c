"""The name of a definition's content."""

import hashlib
from collections.abc import Mapping
from typing import Any

from app.core.chain import canonical


def digest_of(body: Mapping[str, Any]) -> str:
    """SHA-256 (64 hex digits) of a definition's body, the same for every order of its keys."""
    return hashlib.sha256(canonical(body)).hexdigest()
