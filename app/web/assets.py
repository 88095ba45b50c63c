"""Files of the interface: served by WhiteNoise, precompressed, under a name that changes with their content."""

import hashlib
import json
from pathlib import Path

from flask import Flask
from markupsafe import Markup
from whitenoise import WhiteNoise

PARTS = ("css", "js", "img", "vendor")


def register(app: Flask) -> None:
    """Serve ``static/`` for good under ``/static/<digest>/``, and give templates ``asset()`` and ``icon()``."""
    root = Path(app.static_folder or "static")
    manifest_file = root / "vendor" / "manifest.json"
    manifest: dict[str, str] = json.loads(manifest_file.read_text()) if manifest_file.exists() else {}
    prefix = f"static/{_digest(root)}"
    served = WhiteNoise(app.wsgi_app, max_age=31536000, immutable_file_test=lambda path, url: True, autorefresh=False)
    for part in PARTS:
        if (root / part).is_dir():
            served.add_files(str(root / part), prefix=f"{prefix}/{part}")
    app.wsgi_app = served  # type: ignore[method-assign]
    icons: dict[str, Markup] = {}

    def asset(path: str) -> str:
        """Address of a file below ``static/``."""
        return f"/{prefix}/{manifest.get(path, path)}"

    def icon(name: str) -> Markup:
        """An icon of the sprite, hidden from screen readers (a word always stands beside it)."""
        if name not in icons:
            sprite = asset("img/icons.svg" if (root / "img" / "icons.svg").exists() else "vendor/icons.svg")
            icons[name] = Markup(
                '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>'
            ).format(sprite, name)
        return icons[name]

    app.jinja_env.globals.update(asset=asset, icon=icon)


def _digest(root: Path) -> str:
    found = hashlib.sha256()
    for part in PARTS:
        for path in sorted((root / part).rglob("*")):
            if path.is_file() and path.suffix not in {".gz", ".br"}:
                found.update(str(path.relative_to(root)).encode())
                found.update(path.read_bytes())
    return found.hexdigest()[:12]
