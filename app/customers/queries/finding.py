"""How a list of customers is found: statements built once for each combination of reach, filters and order, and which
way SQLite shall go – its planner knows no distributions, so a look at the numbers beforehand tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select

from app.core import paging, search
from app.core.actor import Actor, Scope
from app.core.database import fetch, is_sqlite
from app.core.paging import Key
from app.core.scopes import Reach, ids_of, reach_of
from app.customers import permissions
from app.customers.models import Customer
from app.customers.queries.filters import CLAUSES, SORTS, Filters

COLUMNS = (
    Customer.id,
    Customer.number,
    Customer.name,
    Customer.kind,
    Customer.industry,
    Customer.tier,
    Customer.asset_value,
    Customer.phone_masked,
    Customer.holder_id,
    Customer.team_id,
    Customer.unit_id,
    Customer.last_contact_at,
    Customer.contact_due_on,
)
"""What a list shows; never more than the masked numbers."""
WIDE = 5_000
"""From so many customers in reach on, walking the sort index is sooner than collecting and sorting them all."""
MANY = 5_000
"""From so many customers on that hold the words, asking row by row is sooner than collecting them all."""
TOO_MANY = 1_000
"""So many customers that hold the words are no answer to somebody who is still typing: any of them show what to add."""
LOOSE = (Key(Customer.id),)
"""The order of a loose way: as the rows lie, so that the first ones are found without looking at all."""


@dataclass(frozen=True, slots=True)
class Way:
    """Which statement finds the customers. ``words``: "" none, "letter", "index" or "row"; ``number`` of words;
    ``walk``: no index on owners shall be used; ``loose``: in no particular order."""

    sqlite: bool
    reach: Reach
    given: tuple[str, ...]
    words: str
    number: int
    walk: bool
    loose: bool = False


def way_of(
    actor: Actor, filters: Filters, permission: str = permissions.VIEW, *, typing: bool = False
) -> tuple[Way, dict[str, Any]]:
    """The way to the customers of a list, and the parameters of its statement. Two small statements at most.

    While somebody is ``typing``, the way is loose (in no particular order) as long as :data:`TOO_MANY` hold the words.
    """
    given = filters.given()
    words, number, hits, named = _words(filters)
    values = {**ids_of(actor, permission), **given, **named}
    walk = is_sqlite() and (words == "index" or is_wide(actor, permission))
    loose = typing and TOO_MANY <= hits < MANY
    return Way(is_sqlite(), reach_of(actor, permission), tuple(given), words, number, walk, loose), values


def _words(filters: Filters) -> tuple[str, int, int, dict[str, Any]]:
    """How the words are looked for, how many they are, how many customers hold them (on SQLite, up to MANY), and
    the parameters."""
    if not filters.q:
        return "", 0, 0, {}
    if filters.letter:
        return "letter", 1, 0, {"letter": filters.letter, "next": chr(ord(filters.letter) + 1)}
    wanted = search.phrase(filters.q)
    if not wanted:
        return "nothing", 0, 0, {}
    hits = search.count_hits(Customer, wanted, MANY) if is_sqlite() else 0
    if hits == MANY:
        parts = search.row_words(filters.q)
        return "row", len(parts), hits, {f"word{n}": part for n, part in enumerate(parts)}
    return "index", 1, hits, {"phrase": wanted}


def is_wide(actor: Actor, permission: str) -> bool:
    """Whether the actor reaches :data:`WIDE` customers or more, but not simply all."""
    reach = reach_of(actor, permission)
    if reach.level in (None, Scope.SELF, Scope.ALL):
        return False
    return bool(fetch(_counting(reach), {**ids_of(actor, permission), "most": WIDE}).scalar_one() == WIDE)


@cache
def _counting(reach: Reach) -> Select[Any]:
    held = select(Customer.id).where(permissions.reached_within(reach)).limit(bindparam("most"))
    return select(func.count()).select_from(held.subquery())


def clauses(way: Way) -> list[ColumnElement[bool]]:
    """Scope, filters and words of a way."""
    found = [permissions.reached_within(way.reach, walk=way.walk), *(CLAUSES[name] for name in way.given)]
    if way.words == "letter":
        ends = (Customer.sort_key >= bindparam("letter"), Customer.sort_key < bindparam("next"))
        # so hinted, SQLite walks the names in their order and stops at the end of the page
        found.append(and_(*(func.likely(end) for end in ends)) if way.sqlite else and_(*ends))
    elif way.words == "row":
        found.append(search.in_row(Customer, way.number))
    elif way.words == "index":
        found.append(search.holding(Customer))
    elif way.words:
        found.append(search.matches(Customer, ""))
    return found


@lru_cache(maxsize=300)  # people use few of the combinations
def page_statement(way: Way, sort: str) -> tuple[Select[Any], Sequence[Key]]:
    """The statement of a page, ordered, and the keys it is ordered by."""
    keys = LOOSE if way.loose else SORTS[sort]
    stmt: Any = select(*COLUMNS, *_missing(keys)).where(*clauses(way))
    if way.words == "index" and not way.sqlite:
        # OFFSET 0 keeps PostgreSQL from walking the sort index and testing every row of the book for the words
        found = stmt.offset(0).subquery()
        keys = tuple(Key(found.c[key.column.key], key.descending, key.nullable) for key in keys)
        stmt = select(found)
    return paging.ordered(stmt, keys), keys


def _missing(keys: Sequence[Key]) -> list[Any]:
    shown = {column.key for column in COLUMNS}
    return [key.column for key in keys if key.column.key not in shown]
