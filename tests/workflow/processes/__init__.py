"""Tiny processes of the core's own tests: bodies as plain data, by the name of their file."""

from pathlib import Path
from typing import Any

import yaml


def body(name: str) -> dict[str, Any]:
    """The body of one tiny process."""
    loaded: dict[str, Any] = yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded
