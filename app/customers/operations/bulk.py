"""Many customers at once: looked up, checked and written in a constant number of statements per piece."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert, or_, select

from app.core import audit, clock
from app.core.actor import Actor
from app.core.database import session
from app.core.dated import in_force
from app.core.texts import _l
from app.customers import permissions
from app.customers.models import Customer, Portfolio, Secret
from app.customers.operations.customers import masked, names_of
from app.customers.operations.due import next_due
from app.customers.queries.sheets import AS_NUMBER
from app.customers.queries.tiers import frequencies
from app.customers.rules import lists, record
from app.people import queries as people
from app.people.models import Membership, Person, Posting, Team, Unit

IMPORTED = audit.declare("customers.imported", _l("Customers imported"), keys=("count", "first", "last"))
PIECE = 500
MOST = 2000
"""Rows of one call: PostgreSQL holds a lock for each until the end of the transaction."""

Row = Mapping[str, Any]
Fault = tuple[int, str, str]
"""Line, field, code (see ``messages.MESSAGES``)."""


@dataclass(slots=True)
class Imported:
    """How many customers were (or could be) added, and what is wrong with the other rows."""

    created: int = 0
    faults: list[Fault] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)

    @property
    def bad_lines(self) -> set[int]:
        """Lines that were left out."""
        return {line for line, _field, _code in self.faults}


@dataclass(slots=True)
class _Known:
    """What the rows of a piece refer to, read once."""

    units: dict[str, int]
    unit_ids: set[int]
    holders: dict[str, int]
    holder_ids: set[int]
    team_of: dict[int, list[tuple[int, int]]]
    home_of: dict[int, int]
    numbers: set[str]
    industries: dict[str, str]


def add_rows(
    actor: Actor, rows: Sequence[Row], *, first_line: int = 2, dry: bool = False, seen: set[str] | None = None
) -> Imported:
    """Add the good rows, at most :data:`MOST`; the others are named with line, field and code.

    A row holds texts or values under the keys of ``record.FIELDS``, ``unit`` (code) or ``unit_id``, ``holder``
    (user name or staff number) or ``holder_id``, ``team_id``, ``since`` (date) and ``origin``. ``dry`` only checks.
    ``seen`` gathers numbers across pieces. Raises ``Forbidden`` without the right.
    """
    actor.require(permissions.IMPORT)
    if len(rows) > MOST:
        raise ValueError(f"at most {MOST} rows in one piece")
    known = _look_up(rows)
    done, good = Imported(), []
    seen = set() if seen is None else seen
    for line, row in enumerate(rows, start=first_line):
        if not any(value not in (None, "") for value in row.values()):
            continue  # a blank line of a spreadsheet
        checked = _check(actor, row, known)
        number = checked.values.get("number") or ""
        if not number:
            checked.values["number"] = number = f"I{clock.now():%y%m%d%H%M%S%f}-{line}"
        if number in known.numbers:
            checked.fault("number", "taken")
        elif number in seen:
            checked.fault("number", "repeated")
        seen.add(number)
        if checked.faults:
            done.faults += [(line, name, code) for name, code in checked.faults]
        else:
            good.append(checked.values)
    done.created = len(good)
    if good and not dry:
        done.ids = _write(actor, good)
    return done


def _check(actor: Actor, row: Row, known: _Known) -> record.Checked:
    raw = {name: row[name] for name in record.FIELDS if name in row}
    for name in ("kind", "tier"):
        raw[name] = lists.by_title(f"{name}s").get(str(raw.get(name) or "").casefold(), raw.get(name) or _DEFAULT[name])
    industry = raw.get("industry")
    raw["industry"] = known.industries.get(str(industry).casefold(), industry) if industry else None
    for name, value in raw.items():
        if value == AS_NUMBER:
            raw[name] = ""
    raw = {"number": "", "name": "", "asset_value": None, "phone": "", "identity": "", "address": "", "about": ""} | raw
    checked = record.check(raw, set(known.industries.values()))
    for name in ("number", "phone", "identity"):
        if row.get(name) == AS_NUMBER:
            checked.fault(name, "as_text")
    _owners(actor, row, known, checked)
    checked.values["since"] = row.get("since") or clock.today()
    checked.values["origin"] = "new" if row.get("origin") == "new" else "existing"
    return checked


_DEFAULT = {"kind": "person", "tier": "basic"}


def _owners(actor: Actor, row: Row, known: _Known, checked: record.Checked) -> None:
    holder = row.get("holder_id") or known.holders.get(str(row.get("holder") or "").strip().casefold())
    if (row.get("holder") or row.get("holder_id")) and holder not in known.holder_ids:
        checked.fault("holder", "unknown_holder")
        return
    teams = known.team_of.get(holder, []) if holder else []
    team = row.get("team_id") or (teams[0][0] if len(teams) == 1 else None)
    if team is not None and team not in {t for t, _u in teams}:
        checked.fault("holder", "not_in_team")
    unit = row.get("unit_id") or known.units.get(str(row.get("unit") or "").strip().casefold())
    if row.get("unit") and unit is None or row.get("unit_id") and unit not in known.unit_ids:
        checked.fault("unit", "unknown_unit")
        return
    if unit is None:
        unit = dict(teams).get(team) if team else None
    unit = unit or (known.home_of.get(holder) if holder else None) or actor.home_unit_id
    if unit is None:
        checked.fault("unit", "required")
    elif not permissions.reaches(actor, permissions.IMPORT, person=None, team=None, unit=unit):
        checked.fault("unit", "outside")
    checked.values |= {"unit_id": unit, "team_id": team, "holder_id": holder}


def _look_up(rows: Sequence[Row]) -> _Known:
    codes = {str(row["unit"]).strip().casefold() for row in rows if row.get("unit")}
    ids = {row["unit_id"] for row in rows if row.get("unit_id")}
    units = {
        code.casefold(): i
        for code, i in session.execute(select(Unit.code, Unit.id))
        if code.casefold() in codes or i in ids
    }
    named = {str(row["holder"]).strip() for row in rows if row.get("holder")}
    holder_ids = {row["holder_id"] for row in rows if row.get("holder_id")}
    holders: dict[str, int] = {}
    found: set[int] = set()
    short = {name for name in named if len(name) <= 64 and record.is_storable(name)}
    for i, username, number in session.execute(
        select(Person.id, Person.username, Person.staff_number).where(
            Person.state != "left",
            or_(
                Person.username.in_([name.lower() for name in short]),
                Person.staff_number.in_(short),
                Person.id.in_([i for i in holder_ids if isinstance(i, int)]),
            ),
        )
    ):
        found.add(i)
        holders[username] = i
        if number:
            holders.setdefault(number.casefold(), i)
    team_of: dict[int, dict[int, int]] = {}
    for person, team, unit in session.execute(
        select(Membership.person_id, Membership.team_id, Team.unit_id)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.person_id.in_(found), in_force(Membership), Team.closed_on.is_(None))
    ):
        team_of.setdefault(person, {})[team] = unit
    home_of = dict(
        session.execute(
            select(Posting.person_id, Posting.unit_id).where(Posting.person_id.in_(found), in_force(Posting))
        ).all()
    )
    shaped = {n for row in rows if (n := record.values.clean_number(str(row.get("number") or ""))) is not None}
    taken = set(session.scalars(select(Customer.number).where(Customer.number.in_(shaped))))
    industries = {}
    for key, word in people.words("industry").items():
        for title in (key, *word.title.values()):
            industries[title.casefold()] = key
    return _Known(
        units,
        set(units.values()),
        holders,
        found,
        {p: list(t.items()) for p, t in team_of.items()},
        home_of,
        taken,
        industries,
    )


def _write(actor: Actor, good: Sequence[dict[str, Any]]) -> list[int]:
    known, now = frequencies(), clock.now()
    customers = [
        {
            "number": v["number"], "kind": v["kind"], "industry": v["industry"], "tier": v["tier"],
            "asset_value": v["asset_value"], "address": v["address"], "about": v["about"], "unit_id": v["unit_id"],
            "team_id": v["team_id"], "holder_id": v["holder_id"], "since": v["since"], "created_at": now,
            "updated_at": now, "created_by": actor.id or None, "version": 1,
            "contact_due_on": next_due(known, v["tier"], v["holder_id"], None, v["since"]),
            **names_of(v["name"], v["number"]), **masked(v),
        }
        for v in good
    ]  # fmt: skip
    ids = dict(session.execute(insert(Customer).returning(Customer.number, Customer.id), customers).all())
    portfolios: list[dict[str, Any]] = []
    secrets: list[dict[str, Any]] = []
    for v in good:
        customer_id = ids[v["number"]]
        portfolios.append(_portfolio(actor, customer_id, v, v["since"]))
        secrets += [{"customer_id": customer_id, "field": f, "value": v[f]} for f in ("phone", "identity") if v[f]]
    session.execute(insert(Portfolio), portfolios)
    if secrets:
        session.execute(insert(Secret), secrets)
    first, last = min(ids.values()), max(ids.values())
    audit.record(actor, IMPORTED, count=len(good), first=first, last=last)
    return [ids[v["number"]] for v in good]


def _portfolio(actor: Actor, customer_id: int, v: Mapping[str, Any], since: date) -> dict[str, Any]:
    return {
        "customer_id": customer_id, "holder_id": v["holder_id"], "team_id": v["team_id"], "valid_from": since,
        "origin": v["origin"], "recorded_by": actor.id or None,
    }  # fmt: skip
