"""The instance's two secrets: one signs cookies, the other seals history. Neither is ever in the database."""

import os
import secrets
from pathlib import Path

from flask import Flask, current_app


def load(app: Flask) -> None:
    """Put ``SECRET_KEY`` and ``SEAL_KEY`` into the configuration, making missing ones under ``instance/`` (mode 0600)."""
    folder = Path(app.instance_path)
    app.config["SECRET_KEY"] = app.config.get("SECRET_KEY") or _file(folder / "secret.key")
    app.config["SEAL_KEY"] = (app.config.get("SEAL_KEY") or _file(folder / "seal.key")).encode()


def seal_key() -> bytes:
    """The key of the history chains."""
    key: bytes = current_app.config["SEAL_KEY"]
    return key


def _file(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secrets.token_hex(32))
    return path.read_text().strip()
