"""Finding Chinese names by characters, pinyin or initials, with one column and an ordinary index on both engines.

A row's ``search_text`` holds its words as tokens: single characters and bigrams of Chinese text, whole Latin words and
numbers, full pinyin and initials (with the surname readings that pinyin dictionaries miss). SQLite matches it in an FTS5
table, PostgreSQL in a ``simple`` tsvector; both are kept by triggers, see :func:`index`.
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pypinyin import Style, lazy_pinyin
from sqlalchemy import (
    DDL,
    ColumnElement,
    Integer,
    Select,
    String,
    Table,
    and_,
    bindparam,
    event,
    func,
    literal,
    literal_column,
    select,
    text,
)  # fmt: skip

from app.core import triggers
from app.core.database import fetch, is_sqlite

SURNAMES: dict[str, str] = json.loads(Path(__file__).with_name("surnames.json").read_text("utf-8"))
"""Readings of characters as surnames, where pinyin dictionaries give another one."""
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]+")
_WORD = re.compile(r"[0-9a-z]+")
MAX_QUERY = 80


def index_text(*texts: str | None) -> str:
    """Tokens of the given texts, separated by spaces, for a ``search_text`` column."""
    tokens: dict[str, None] = {}
    for raw in texts:
        for token in _tokens(_plain(raw or "")):
            tokens[token] = None
    return " ".join(tokens)


def _plain(typed: str) -> str:
    """Small letters, and those of full width, which Chinese keyboards write, as ordinary ones."""
    return unicodedata.normalize("NFKC", typed).lower()


def _tokens(raw: str) -> Iterable[str]:
    yield from _WORD.findall(raw)
    for run in _HAN.findall(raw):
        yield from run
        yield from (run[i : i + 2] for i in range(len(run) - 1))
        for syllables in _readings(run):
            initials = "".join(s[0] for s in syllables)
            # every ending, so that initials of a later part of the name are found by prefix as well
            yield from (initials[i:] for i in range(min(len(initials), 12)))
            joined = "".join(syllables)
            yield joined[:40]


@lru_cache(maxsize=4096)  # a name is read for its tokens and for its sort key
def _readings(run: str) -> list[list[str]]:
    plain = lazy_pinyin(run, style=Style.NORMAL, errors="ignore")
    found = [plain] if plain else []
    for surname, reading in SURNAMES.items():
        if run.startswith(surname) and plain:
            rest = plain[len(surname) :]
            head = [reading] if len(surname) == 1 else [reading[: len(reading) // 2], reading[len(reading) // 2 :]]
            if head + rest != plain:
                found.append(head + rest)
    return found


def reading_words(name: str) -> str:
    """Pinyin, initials and Latin words of a name, for a list of a few that is looked through where it is shown."""
    return " ".join(token for token in index_text(name).split() if token.isascii())


def pinyin_key(name: str) -> str:
    """Sort key of a name by its pinyin."""
    return "".join(_readings(name)[-1]) if _HAN.match(name) else name.lower()


def query_tokens(q: str) -> list[str]:
    """What a row must hold for ``q``: bigrams of Chinese runs (or the one character), prefixes of Latin words."""
    q = _plain(q[:MAX_QUERY])
    tokens = list(_WORD.findall(q))
    for run in _HAN.findall(q):
        tokens += [run[i : i + 2] for i in range(len(run) - 1)] or [run]
    return tokens


def index(table: Table, column: str = "search_text") -> None:
    """Keep a full-text index of ``table.column``: FTS5 fed by triggers, or a GIN index over an expression."""
    for dialect in ("sqlite", "postgresql"):
        made = DDL(ddl(dialect, table.name, column))  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
        event.listen(table, "after_create", made.execute_if(dialect=dialect))
    fts = f"{table.name}_fts"
    old = f"INSERT INTO {fts}({fts}, rowid, {column}) VALUES ('delete', OLD.id, OLD.{column});"  # noqa: S608 - names of our own
    new = f"INSERT INTO {fts}(rowid, {column}) VALUES (NEW.id, NEW.{column});"  # noqa: S608 - names of our own
    triggers.register(
        table,
        triggers.Trigger(
            table.name,
            fts,
            sqlite=(
                f"CREATE TRIGGER {fts}_insert AFTER INSERT ON {table.name} BEGIN {new} END",
                f"CREATE TRIGGER {fts}_delete AFTER DELETE ON {table.name} BEGIN {old} END",
                f"CREATE TRIGGER {fts}_update AFTER UPDATE OF {column} ON {table.name} BEGIN {old} {new} END",
            ),
            postgresql=(),
        ),
    )


def ddl(dialect: str, table: str, column: str = "search_text") -> str:
    """The statement that makes the full-text index on ``sqlite`` or ``postgresql``; migrations run it too."""
    if dialect == "postgresql":
        return f"CREATE INDEX {table}_fts ON {table} USING gin (to_tsvector('simple', {column}))"
    return (
        f"CREATE VIRTUAL TABLE {table}_fts USING fts5({column}, content='{table}', content_rowid='id', "
        "tokenize='unicode61 remove_diacritics 0', prefix='1 2 3 4')"
    )


PHRASE = bindparam("phrase", type_=String())
"""Stands for the words in a statement that is built once: run it with :func:`phrase` of what was typed."""


def phrase(q: str) -> str:
    """What a row must hold for ``q``, as the engine's full-text index reads it; "" when nothing can match."""
    tokens = query_tokens(q)
    if is_sqlite():
        return " AND ".join(f'"{t}"*' if t[0].isascii() else f'"{t}"' for t in tokens)
    return " & ".join(f"{t}:*" if t[0].isascii() else t for t in tokens)


def matches(model: Any, q: str, column: str = "search_text") -> ColumnElement[bool]:
    """Rows of ``model`` (indexed by :func:`index`) that hold every part of ``q``; nothing matches an empty query."""
    wanted = phrase(q)
    return holding(model, wanted, column) if wanted else literal_column("1 = 0")


def holding(model: Any, wanted: Any = PHRASE, column: str = "search_text") -> ColumnElement[bool]:
    """Rows of ``model`` that fit a :func:`phrase`, found by the full-text index."""
    table: Table = model.__table__
    if is_sqlite():
        return table.c.id.in_(_hits(table, wanted))
    vector = func.to_tsvector(literal_column("'simple'"), table.c[column])
    return vector.op("@@")(func.to_tsquery(literal_column("'simple'"), wanted))


def _hits(table: Table, wanted: Any) -> Select[Any]:
    fts = literal_column(f"{table.name}_fts", String())
    return select(literal_column("rowid")).select_from(text(f"{table.name}_fts")).where(fts.op("MATCH")(wanted))


def count_hits(model: Any, wanted: str, most: int) -> int:
    """How many rows anywhere fit a :func:`phrase`, counted up to ``most``; on SQLite."""
    return int(fetch(_counting(model.__table__), {"phrase": wanted, "most": most}).scalar_one())


@cache
def _counting(table: Table) -> Select[Any]:
    return select(func.count()).select_from(_hits(table, PHRASE).limit(bindparam("most", type_=Integer())).subquery())


def row_words(q: str) -> tuple[str, ...]:
    """The same parts of ``q`` as they stand in a row's text, for :func:`in_row`."""
    return tuple(f" {t}" if t[0].isascii() else f" {t} " for t in query_tokens(q))


def in_row(model: Any, number: int, column: str = "search_text") -> ColumnElement[bool]:
    """The clause of :func:`holding` asked of each row itself, on SQLite: sooner where nearly every row fits.

    Its parameters are ``word0`` to ``word{number - 1}``, one for each of :func:`row_words`.
    """
    padded = literal(" ").concat(model.__table__.c[column]).concat(" ")
    return and_(*(func.instr(padded, bindparam(f"word{n}", type_=String())) > 0 for n in range(number)))
