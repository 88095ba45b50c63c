"""The rooms' message catalogues: what each room says, whether its Chinese is whole, and compiling.

    python scripts/catalogues.py update     add new messages to the rooms' .po files, drop those no longer said
    python scripts/catalogues.py compile    write .mo beside each .po that is newer

A room says what stands in app/<room>/**.py and templates/<room>/**; the templates that belong to no room are web's.
"""

import io
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
HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: zh\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


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
    """Bring each room's catalogue in line with what it says: what is new waits at the end, what is gone goes."""
    for room in rooms():
        ids = {message.id if isinstance(message.id, str) else message.id[0]: message.id for message in said(room)}
        if not ids:
            continue
        known = catalogue(room)
        path = catalogue_path(room)
        for gone in [message.id for message in known if message.id and _key(message.id) not in ids]:
            known.delete(gone)
        for key, message_id in ids.items():
            if known.get(key) is None:
                known.add(message_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEADER + _entries(known), encoding="utf-8")
        missing = sum(1 for message in known if message.id and not message.string)
        print(f"{room}: {len(known)} messages, {missing} without Chinese")


def _key(message_id: str | tuple[str, ...] | list[str]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def _entries(messages: Catalog) -> str:
    """The messages in their order, without places and dates: only a changed text makes a difference."""
    buffer = io.BytesIO()
    write_po(buffer, messages, width=0, no_location=True, omit_header=True)
    return buffer.getvalue().decode()


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
