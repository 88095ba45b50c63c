"""Writing routines: marks of a person's day, new versions of a checklist, taking over what ships (D31)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from app.core import audit, clock
from app.core.actor import Actor
from app.core.database import session, unit_of_work
from app.core.errors import Conflict, FieldError, Invalid, NotFound
from app.core.texts import _l
from app.people import queries as people
from app.work.models import RoutineMark, RoutineTemplate
from app.work.permissions import ROUTINE_EDIT, ROUTINE_VIEW
from app.work.queries import routines as reading
from app.work.rules import routines as rules

EDITED = audit.declare("work.routine_edited", _l("Daily routine edited"), keys=("post", "number", "items"))
REASON = 300
"""Longest reason for skipping an item."""
MESSAGES = {
    "required": _l("Write what is to be done."),
    "too_long": _l("This text is too long."),
    "too_many": _l("Nobody does so many things in one part of the day. Leave the important ones."),
}


def mark(actor: Actor, item: str, *, skipped: bool = False, reason: str = "") -> None:
    """Say that an item of the actor's own day of today is done, or skipped and why. Saying it twice changes nothing."""
    actor.require(ROUTINE_VIEW)
    day = reading.my_day(actor, clock.today())
    if item not in day.templates:
        raise NotFound()
    reason = reason.strip() if skipped else ""
    if skipped and not reason:
        raise Invalid("reason", "required", _l("Say why it is skipped."))
    if len(reason) > REASON:
        raise Invalid("reason", "too_long", _l("This text is too long."))
    values = {"state": "skipped" if skipped else "done", "reason": reason, "by_id": actor.id, "at": clock.now()}
    known = _mark(actor.id, day.day, item)
    if known is None:
        row = RoutineMark(person_id=actor.id, day=day.day, item=item, template_id=day.templates[item], **values)
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:  # the same tap at the same instant
            known = _mark(actor.id, day.day, item)
    if known is not None and (known.state, known.reason) != (values["state"], reason):
        for name, value in values.items():
            setattr(known, name, value)
        session.flush()


def unmark(actor: Actor, item: str) -> None:
    """Take back what was said of an item of today."""
    actor.require(ROUTINE_VIEW)
    session.execute(
        delete(RoutineMark).where(
            RoutineMark.person_id == actor.id, RoutineMark.day == clock.today(), RoutineMark.item == item
        )
    )


def _mark(person: int, day: date, item: str) -> RoutineMark | None:
    return session.scalar(
        select(RoutineMark)
        .where(RoutineMark.person_id == person, RoutineMark.day == day, RoutineMark.item == item)
        .execution_options(populate_existing=True)
    )


def write_template(
    actor: Actor,
    post: str,
    unit_id: int,
    typed: Mapping[str, Sequence[Mapping[str, str]]] | None,
    *,
    seen: int,
) -> RoutineTemplate:
    """A new version of the checklist of ``post`` for a unit and those below; it begins tomorrow, today keeps its own.

    ``typed`` None gives the list of the unit above back. ``seen``: the newest number of this unit that the writer saw;
    Conflict when there is another by now.
    """
    actor.require(ROUTINE_EDIT)
    reading.check_unit(actor, unit_id)
    if post != rules.LEADER and post not in people.words("post"):
        raise NotFound()
    sections: dict[str, Any] | None = None
    if typed is not None:
        standing = reading.coming(post, unit_id)
        known = {item.key for item in rules.items(standing.sections)} if standing else set()
        known |= {item.key for one in rules.shipped() for item in rules.items(one.sections)}
        sections, faults = rules.check(typed, known)
        if faults:
            raise Invalid.many([FieldError(name, code, MESSAGES[code]) for name, code in faults])
    if _newest(post, unit_id) != seen:
        raise Conflict()
    row = _add(post, unit_id, seen + 1, clock.today() + timedelta(days=1), sections, created_by=actor.id)
    count = len(rules.items(sections))
    audit.record(actor, EDITED, target=("unit", unit_id), post=post, number=row.number, items=count)
    return row


def _newest(post: str, unit_id: int) -> int:
    stmt = select(func.max(RoutineTemplate.number)).where(
        RoutineTemplate.post == post, RoutineTemplate.unit_id == unit_id
    )
    return session.scalar(stmt) or 0


def _add(
    post: str,
    unit_id: int,
    number: int,
    begins: date,
    sections: Any,
    *,
    shipped: str | None = None,
    created_by: int | None = None,
) -> RoutineTemplate:
    row = RoutineTemplate(
        unit_id=unit_id, post=post, number=number, valid_from=begins, sections=sections, shipped=shipped,
        created_by=created_by,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:  # somebody wrote the same number at the same instant
        raise Conflict() from error
    return row


def sync_routines() -> int:
    """Job: the lists that ship for this kind of institution hold at its root, until somebody writes their own.

    A list is stored once per digest and never over a version that somebody wrote.
    """
    taken = 0
    with unit_of_work():
        root = people.root_unit()
        if root is None:
            return 0
        for post, one in rules.shipped_for(people.institution().kind).items():
            newest = next(iter(reading.history(post, root, 1)), None)
            if newest is not None and (newest.shipped is None or newest.shipped == one.digest):
                continue
            begins = clock.today() + timedelta(days=1) if newest else clock.today()
            number = newest.number + 1 if newest else 1
            _add(post, root, number, begins, dict(one.sections), shipped=one.digest)
            taken += 1
    return taken
