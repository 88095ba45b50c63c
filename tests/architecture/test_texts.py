"""Every word that a person reads is said through gettext, in English, and stands in its room's Chinese catalogue."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message

from scripts.catalogues import catalogue, catalogue_path, rooms, said
from tests.architecture.house import APP, ROOT, name, python_files, templates

PLACEHOLDER = re.compile(r"%\((\w+)\)([sd])")
HAN = re.compile(r"[\u3400-\u9fff]")
WORDS = re.compile(r"[A-Za-z\u3400-\u9fff]{2,}")
SPOKEN_ATTRIBUTES = re.compile(r"""\s(?:title|aria-label|placeholder|alt|data-confirm)=("[^"]*"|'[^']*')""")
UNSPOKEN = re.compile(r"<(script|style|code|pre|kbd|svg)\b.*?</\1>", re.DOTALL)
CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TAGS = re.compile(r"<!--.*?-->|</?[a-zA-Z!\x01][^<>]*>", re.DOTALL)
ATTRIBUTES = re.compile(
    r"""[\w:.-]*=("[^"]*"|'[^']*')|\b(?:disabled|required|checked|selected|multiple|readonly|open|hidden)\b"""
)
SAME_IN_EVERY_LANGUAGE = {"Qiao", "XLSX", "CSV", "PDF", "API", "UTC", "ID", "JSON"}


def _strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


@pytest.mark.parametrize("room", rooms())
def test_the_chinese_catalogue_is_whole(room: str):
    known = catalogue(room)
    faults = []
    for one in said(room):
        key = one.id if isinstance(one.id, str) else one.id[0]
        message = known.get(key)
        where = f"{one.place}:{one.line} {key!r}"
        if message is None:
            faults.append(f"{where} is not in {name(catalogue_path(room))}")
        elif not all(_strings(message)):
            faults.append(f"{where} has no Chinese")
        elif message.fuzzy:
            faults.append(f"{where} is marked fuzzy")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("room", rooms())
def test_the_chinese_says_the_same_names(room: str):
    """A placeholder that is misspelt on one side would fail, or show nothing, for half of the readers."""
    faults = []
    for message in catalogue(room):
        if not message.id:
            continue
        sides = [message.id] if isinstance(message.id, str) else list(message.id)
        wanted = set().union(*(set(PLACEHOLDER.findall(side)) for side in sides))
        for text in _strings(message):
            found = set(PLACEHOLDER.findall(text))
            if found - wanted or (isinstance(message.id, str) and found != wanted):
                faults.append(f"{sides[0]!r}: {sorted(wanted)} but {text!r}")
            if re.search(r"%(?!\(\w+\)[sd]|%)", text) and "%(" in sides[0]:
                faults.append(f"{sides[0]!r}: a stray % in {text!r}")
            if wanted and any(True for _ in Formatter().parse(text) if _[1]):
                faults.append(f"{sides[0]!r}: braces in {text!r}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("room", rooms())
def test_no_message_is_kept_that_nobody_says(room: str):
    ids = {one.id if isinstance(one.id, str) else one.id[0] for one in said(room)}
    kept = [m.id if isinstance(m.id, str) else m.id[0] for m in catalogue(room) if m.id]
    assert [key for key in kept if key not in ids] == [], (
        f"make translations drops them from {name(catalogue_path(room))}"
    )


def test_one_english_has_one_chinese():
    """All rooms share one dictionary at run time: two translations of the same words would depend on chance."""
    sides: dict[str, dict[tuple[str, ...], list[str]]] = {}
    for room in rooms():
        for message in catalogue(room):
            if message.id:
                key = message.id if isinstance(message.id, str) else message.id[0]
                sides.setdefault(key, {}).setdefault(tuple(_strings(message)), []).append(room)
    faults = [f"{key!r}: {found}" for key, found in sorted(sides.items()) if len(found) > 1]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("path", templates(), ids=name)
def test_templates_hold_no_text_of_their_own(path: Path):
    source = path.read_text(encoding="utf-8")
    plain = UNSPOKEN.sub(_blank, CODE.sub(_mark, source))
    faults = []
    for match in SPOKEN_ATTRIBUTES.finditer(plain):
        faults += _words(match.group(1), plain.count("\n", 0, match.start()) + 1)
    for number, line in enumerate(ATTRIBUTES.sub(_blank, TAGS.sub(_blank, plain)).splitlines(), 1):
        faults += _words(line, number)
    assert not faults, "\n".join(f"{name(path)}:{fault}" for fault in faults)


def _mark(found: re.Match[str]) -> str:
    """In place of Jinja's own code, so that a tag with code in its name is still seen as a tag."""
    return "\x01" + "\n" * found.group().count("\n")


def _blank(found: re.Match[str]) -> str:
    return "\n" * found.group().count("\n") or " "


def _words(text: str, line: int) -> list[str]:
    text = re.sub(r"&\w+;|&#\d+;", " ", text)
    return [f"{line} {word!r}" for word in WORDS.findall(text) if word not in SAME_IN_EVERY_LANGUAGE]


def _han_strings(path: Path) -> list[str]:
    tree = ast.parse(path.read_bytes())
    remarks = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        f"{name(path)}:{node.lineno} {node.value[:40]!r}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in remarks
        and HAN.search(node.value)
    ]


LANGUAGE_ITSELF = {
    "app/core/texts.py",  # each language under its own name
}


def test_no_chinese_stands_in_the_code():
    """Chinese lives in catalogues and content files; code that must know single characters is named here."""
    found = [
        fault
        for path in python_files()
        if path.is_relative_to(APP) and name(path) not in LANGUAGE_ITSELF
        for fault in _han_strings(path)
    ]
    assert found == []


def test_scripts_say_nothing_themselves():
    """What a script shows comes with the page (data attributes), so that it is translated with it."""
    found = [
        f"{name(path)}:{number} {line.strip()[:60]}"
        for path in sorted((ROOT / "static" / "js").rglob("*.js"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if HAN.search(line.split("//")[0])
    ]
    assert found == []
