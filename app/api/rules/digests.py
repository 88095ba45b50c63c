"""Two requests are the same when they say the same: equal JSON in any order of keys, equal form parts under any boundary."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any


def of_json(body: Any) -> str:
    """Digest of a JSON body."""
    return hashlib.sha256(
        json.dumps(body, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass")
    ).hexdigest()


def of_form(texts: Iterable[tuple[str, str]], files: Iterable[tuple[str, str, str]]) -> str:
    """Digest of a form: (name, text) and (name, file name, digest of the content)."""
    return of_json([sorted(map(list, texts)), sorted(map(list, files))])
