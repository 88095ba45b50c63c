"""Whom somebody may mean who is typing a name: a few persons within reach, told apart by unit and post."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam

from app.core import clock, search
from app.core.actor import Actor
from app.core.database import fetch, session
from app.core.dated import DAY
from app.core.scopes import Reach, ids_of, reach_of
from app.core.texts import text
from app.people.models import Person, Posting
from app.people.queries.institution import words
from app.people.queries.persons import reached_within, with_posting, within_reach
from app.people.queries.units import unit_names

MOST = 10


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody who may be meant; ``note``: unit and post of today."""

    id: int
    name: str
    note: str


def suggestions(actor: Actor, q: str, permission: str) -> tuple[Sequence[Suggestion], bool]:
    """At most :data:`MOST` active persons within reach of ``permission`` whom ``q`` fits, and whether there are more.

    ``q``: name, pinyin, its initials, user name or number, as lists find them. Three statements, none without words.
    """
    actor.require(permission)
    wanted = search.phrase(q)
    if not wanted:
        return [], False
    given = {**ids_of(actor, permission), "day": clock.today(), "phrase": wanted, "most": MOST + 1}
    rows = fetch(_fitting(reach_of(actor, permission)), given).all()
    notes = unit_and_post([(row.unit_id, row.post) for row in rows[:MOST]])
    found = [Suggestion(row.id, row.name, note) for row, note in zip(rows[:MOST], notes, strict=True)]
    return found, len(rows) > MOST


def unit_and_post(rows: Sequence[tuple[int | None, str | None]]) -> list[str]:
    """Unit and post of each in words, as they stand beside a name. Two statements, none for nobody."""
    if not rows:
        return []
    units, posts = unit_names([unit_id or 0 for unit_id, _post in rows]), words("post")
    titles = {key: text(word.title) for key, word in posts.items()}
    return [
        " · ".join(part for part in (units.get(unit_id or 0, ""), titles.get(post or "", post or "")) if part)
        for unit_id, post in rows
    ]


def notes_of(ids: Sequence[int]) -> dict[int, str]:
    """Unit and post of these persons, for choices among a known few. Three statements, none for nobody."""
    if not ids:
        return {}
    rows = fetch(_POSTED, {"ids": sorted(ids), "day": clock.today()}).all()
    found = unit_and_post([(row.unit_id, row.post) for row in rows])
    return {row.id: note for row, note in zip(rows, found, strict=True)}


_POSTED = with_posting(Person.id, Posting.unit_id, Posting.post, day=DAY).where(
    Person.id.in_(bindparam("ids", expanding=True))
)


@cache
def _fitting(reach: Reach) -> Select[Any]:
    """The statement of :func:`suggestions`, built once for each reach: the clause of the lists of persons."""
    return (
        with_posting(Person.id, Person.name, Posting.unit_id, Posting.post, day=DAY)
        .where(reached_within(reach), Person.state == "active", search.holding(Person))
        .order_by(Person.pinyin, Person.id)
        .limit(bindparam("most", type_=Integer))
    )


def also_meant(actor: Actor, permission: str, raw: str | None, known: Iterable[int]) -> list[tuple[int, str]]:
    """Whom a box has found beside its ``known`` choices, by the id that is sent: nobody, or one active person within reach."""
    if not raw or not (raw.isascii() and raw.isdigit() and len(raw) < 19) or int(raw) in known:
        return []
    stmt = with_posting(Person.id, Person.name).where(
        Person.id == int(raw), Person.state == "active", within_reach(actor, permission)
    )
    return [(row.id, row.name) for row in session.execute(stmt)]
