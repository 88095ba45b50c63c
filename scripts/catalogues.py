"""The rooms' message catalogues: what each room says, whether its Chinese is whole, and compiling.

    python scripts/catalogues.py update     add new messages to the rooms' .po files, drop those no longer said
    python scripts/catalogues.py compile    write .mo beside each .po that is newer

A room says what stands in app/<room>/**.py and templates/<room>/**; the templates that belong to no room are web's.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "_n": (1, 2)}
HEADER = "# Chinese texts of the room: {room}."


@dataclass(frozen=True, slots=True)
class Said:
    """One message (or singular and plural) and where it is said."""

    id: str | tuple[str, ...]
    place: str
    line: int


def rooms() -> list[str]:
    """The packages of app/ that say something."""
    return sorted(path.parent.name for path in (ROOT / "app").glob("*/__init__.py"))


def sources(room: str) -> Iterator[tuple[str, Path]]:
    """The room's files with the way each is read."""
    for path in sorted((ROOT / "app" / room).rglob("*.py")):
        yield "python", path
    templates = ROOT / "templates"
    for path in sorted(templates.rglob("*.*")):
        owner = path.relative_to(templates).parts[0]
        if path.suffix in {".html", ".txt", ".xml"} and (owner if owner in rooms() else "web") == room:
            yield "jinja2.ext.babel_extract", path


def said(room: str) -> list[Said]:
    """Every message of the room, in the order of its files."""
    found = []
    for method, path in sources(room):
        options = {"silent": "false", "trimmed": "true"} if method != "python" else {}
        with path.open("rb") as handle:
            for line, message, _comments, _context in extract(method, handle, KEYWORDS, (), options):
                if message:
                    found.append(Said(message, str(path.relative_to(ROOT)), line))
    return found


def catalogue_path(room: str, language: str = "zh") -> Path:
    """Where the room's catalogue lies."""
    return ROOT / "app" / room / "translations" / language / "LC_MESSAGES" / "messages.po"


def catalogue(room: str, language: str = "zh") -> Catalog:
    """The room's catalogue; empty when it has none yet."""
    path = catalogue_path(room, language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as handle:
        return read_po(handle, locale=language)


def update() -> None:
    """Bring each room's catalogue in line with what it says; new messages wait untranslated."""
    for room in rooms():
        template = Catalog()
        for message in said(room):
            template.add(message.id, locations=[(message.place, 0)])
        if not len(template):
            continue
        known = catalogue(room)
        known.update(template, no_fuzzy_matching=True)
        known.obsolete.clear()
        known.header_comment = HEADER.format(room=room)
        path = catalogue_path(room)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as handle:
            write_po(handle, known, width=120, sort_output=True, include_lineno=False, omit_header=False)
        missing = sum(1 for message in known if message.id and not message.string)
        print(f"{room}: {len(known)} messages, {missing} without Chinese")


def compile_all() -> None:
    """Write the .mo of each .po that is newer."""
    for path in ROOT.glob("app/*/translations/*/LC_MESSAGES/*.po"):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        with path.open("rb") as read:
            messages = read_po(read, locale=path.parts[-3])
        fresh = target.with_suffix(".new")
        with fresh.open("wb") as write:
            write_mo(write, messages)
        fresh.replace(target)


if __name__ == "__main__":
    {"update": update, "compile": compile_all}[sys.argv[1]]()
