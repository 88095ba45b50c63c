"""Put what the pages load under static/: packages under hashed names, one icon sprite, compressed copies.

Front-end packages are named in package.json under "qiao"; icons one a line in static/icons.txt (Tabler outline icons,
or own drawings in static/img/icons). Everything written here is ignored by git and described by
static/vendor/manifest.json: {"vendor/htmx.min.js": "vendor/htmx.min.1a2b3c4d.js", ...}.
"""

import gzip
import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
VENDOR = STATIC / "vendor"
FOR_TESTS = ROOT / "tests" / "vendor"
OWN_FOLDERS = ("css", "js", "img")
COMPRESSED_TYPES = {".css", ".js", ".svg", ".json"}
TABLER_FRAME = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'
SOURCE_MAP = re.compile(rb"\s*(?:/\*|//)# sourceMappingURL=\S+(?:\s*\*/)?")


def publish(name: str, data: bytes, manifest: dict[str, str]) -> None:
    """Write ``data`` to static/vendor under a name that carries its digest, with compressed copies."""
    stem, dot, ending = name.rpartition(".")
    hashed = f"{stem}.{hashlib.sha256(data).hexdigest()[:12]}{dot}{ending}"
    target = VENDOR / hashed
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    compress(target)
    manifest[f"vendor/{name}"] = f"vendor/{hashed}"


def compress(path: Path) -> None:
    """Write the .gz and .br copies beside ``path``, dated like it, when that saves anything."""
    if path.suffix not in COMPRESSED_TYPES:
        return
    data = path.read_bytes()
    for ending, packed in ((".gz", gzip.compress(data, 9, mtime=0)), (".br", brotli.compress(data, quality=11))):
        copy = path.with_name(path.name + ending)
        if len(packed) < len(data):
            copy.write_bytes(packed)
            shutil.copystat(path, copy)
        else:
            copy.unlink(missing_ok=True)


def compress_own() -> None:
    """Refresh the compressed copies of the product's own files and drop those whose source is gone."""
    for folder in OWN_FOLDERS:
        for path in (STATIC / folder).rglob("*"):
            if path.suffix in {".gz", ".br"}:
                if not path.with_suffix("").exists():
                    path.unlink()
            elif path.is_file() and path.suffix in COMPRESSED_TYPES:
                copies = [path.with_name(path.name + ending) for ending in (".gz", ".br")]
                if any(not copy.exists() or copy.stat().st_mtime_ns != path.stat().st_mtime_ns for copy in copies):
                    compress(path)


def icon_names() -> dict[str, str]:
    """The icons that the pages use and whose drawing each shows, as listed in static/icons.txt (``name`` or ``name = drawing``)."""
    lines = (STATIC / "icons.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.partition("=") for line in lines if line.strip() and not line.startswith("#")]
    return {name.strip(): drawing.strip() or name.strip() for name, _, drawing in pairs}


def symbol(name: str, drawing: str) -> str:
    """The <svg> drawing as a <symbol> of the sprite, without the attributes that the page sets."""
    box = re.search(r'viewBox="([^"]+)"', drawing)
    inner = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
    if box is None or inner is None:
        raise SystemExit(f"assets: icon {name} is not a drawing that can be used")
    body = re.sub(r"<!--.*?-->|\n\s*|" + re.escape(TABLER_FRAME), "", inner.group(1), flags=re.DOTALL)
    return f'<symbol id="{name}" viewBox="{box.group(1)}">{body}</symbol>'


def sprite(icons: Path) -> bytes:
    """All listed icons in one file."""
    symbols = []
    for name, drawing in icon_names().items():
        own = STATIC / "img" / "icons" / f"{name}.svg"
        source = own if own.exists() else icons / f"{drawing}.svg"
        if not source.exists():
            raise SystemExit(f"assets: no icon named {name} (static/icons.txt)")
        symbols.append(symbol(name, source.read_text(encoding="utf-8")))
    return ('<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>").encode()


def main(modules: Path) -> None:
    """Rebuild static/vendor from the installed packages in ``modules``."""
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["qiao"]
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    manifest: dict[str, str] = {}
    for name, source in wanted["vendor"].items():
        publish(name, SOURCE_MAP.sub(b"", (modules / source).read_bytes()), manifest)
    publish("icons.svg", sprite(modules / wanted["icons"]), manifest)
    FOR_TESTS.mkdir(parents=True, exist_ok=True)
    for name, source in wanted["tests"].items():
        shutil.copyfile(modules / source, FOR_TESTS / name)
    text = json.dumps(manifest, indent=1, sort_keys=True) + "\n"
    (VENDOR / "manifest.json").write_text(text, encoding="utf-8")
    compress_own()


if __name__ == "__main__":
    if sys.argv[1:] == ["--own"]:
        compress_own()
    else:
        main(ROOT / "node_modules")
