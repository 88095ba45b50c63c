"""Absences with a deputy for a range of days. They end by themselves; nobody stands in for somebody who is away too."""

from datetime import date, timedelta

from sqlalchemy import select

from app.core import audit, clock
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, FieldError, Invalid, NotFound
from app.core.texts import _l
from app.people import audit as noted
from app.people import signals
from app.people.models import Absence, Person
from app.people.operations import dated
from app.people.permissions import ABSENCE_EDIT, PERSON_VIEW
from app.people.queries.absences import deputy_candidates
from app.people.queries.persons import person_for
from app.people.rules import timeline

LONGEST = timedelta(days=731)


def record_absence(actor: Actor, person_id: int, *, deputy_id: int, first: date, last: date, reason: str = "") -> int:
    """A person is away from ``first`` to ``last`` (both included) and ``deputy_id`` stands in; returns the absence.

    Raises ``Invalid`` when the days overlap another absence of the person, when the deputy is away on one of them, or
    when the person is deputy of somebody then: there are no chains and no circles; and when the actor, for another,
    names themselves.
    """
    _require_reach(actor, person_id)
    _check_days(first, last, reason)
    _check_deputy(actor, person_id, deputy_id)
    end = last + timedelta(days=1)
    # both rows, in one order: two who name each other at the same instant meet here
    both = select(Person.id).where(Person.id.in_([person_id, deputy_id])).order_by(Person.id).with_for_update()
    session.execute(both)
    if _meets(Absence.person_id == person_id, first, end):
        raise Invalid("first", "overlap", _l("An absence is recorded for some of these days already."))
    if _meets(Absence.person_id == deputy_id, first, end):
        raise Invalid("deputy_id", "absent", _l("The deputy is away on some of these days."))
    if _meets(Absence.deputy_id == person_id, first, end):
        raise Invalid(
            "first", "is_deputy", _l("On some of these days this person is somebody's deputy. Change that first.")
        )
    key = {"person_id": person_id}
    rewrite = timeline.Rewrite([], [timeline.Span(first, end, {"deputy_id": deputy_id})])
    absence_id = dated.write(Absence, key, rewrite, recorded_by=actor.id, reason=reason.strip())[0]
    audit.record(
        actor,
        noted.ABSENCE_RECORDED,
        target=("person", person_id),
        deputy_id=deputy_id,
        valid_from=first,
        valid_to=end,
    )
    signals.absence_recorded.send(absence_id=absence_id, person_id=person_id, deputy_id=deputy_id, actor=actor)
    return absence_id


def end_absence(actor: Actor, absence_id: int, *, day: date | None = None) -> None:
    """The person is back on ``day`` (today): the absence ends before it; one that has not begun is withdrawn."""
    day = day or clock.today()
    absence = session.scalar(
        select(Absence).where(Absence.id == absence_id, Absence.superseded_at.is_(None)).with_for_update()
    )
    if absence is None:
        raise NotFound()
    _require_reach(actor, absence.person_id)
    if absence.valid_to is not None and absence.valid_to <= day:
        raise Conflict(_l("This absence is over already."))
    cut(actor, absence, day)


def cut(actor: Actor, absence: Absence, day: date) -> None:
    """End one absence before ``day``; the caller has checked that it may."""
    span = timeline.Span(absence.valid_from, absence.valid_to, {"deputy_id": absence.deputy_id}, absence.id)
    dated.write(Absence, {"person_id": absence.person_id}, timeline.end([span], day), recorded_by=actor.id)
    audit.record(actor, noted.ABSENCE_ENDED, target=("person", absence.person_id), absence_id=absence.id, day=day)


def end_all(actor: Actor, person_id: int, day: date) -> list[int]:
    """End a leaver's absences, and those in which the leaver is deputy; returns the persons left without a deputy."""
    rows = session.scalars(
        select(Absence).where(
            (Absence.person_id == person_id) | (Absence.deputy_id == person_id),
            Absence.superseded_at.is_(None),
            Absence.valid_to > day,
        )
    ).all()
    for absence in rows:
        cut(actor, absence, day)
    return sorted({absence.person_id for absence in rows if absence.person_id != person_id})


def _require_reach(actor: Actor, person_id: int) -> None:
    actor.require(ABSENCE_EDIT)
    if person_id != actor.id and not actor.is_system:
        person_for(actor, person_id, ABSENCE_EDIT)


def _check_days(first: date, last: date, reason: str) -> None:
    faults = []
    if last < first:
        faults.append(FieldError("last", "before", _l("The end lies before the beginning.")))
    elif last - first > LONGEST:
        faults.append(FieldError("last", "too_long", _l("An absence lasts at most two years.")))
    elif last < clock.today():
        faults.append(FieldError("last", "past", _l("An absence that is over needs no deputy.")))
    if len(reason) > 200:
        faults.append(FieldError("reason", "length", _l("At most %(count)s characters.", count=200)))
    if faults:
        raise Invalid.many(faults)


def _check_deputy(actor: Actor, person_id: int, deputy_id: int) -> None:
    if deputy_id == person_id:
        raise Invalid("deputy_id", "oneself", _l("Choose somebody else as deputy."))
    if deputy_id == actor.id:
        # a deputy decides and sees in the absent person's place: nobody takes that for themselves
        raise Invalid("deputy_id", "yourself", _l("Nobody makes themselves another's deputy. Choose somebody else."))
    state = session.scalar(select(Person.state).where(Person.id == deputy_id))
    allowed = state == "active"
    if allowed and not actor.is_system and deputy_id not in {i for i, _name in deputy_candidates(person_id)}:
        try:
            person_for(actor, deputy_id, PERSON_VIEW)
        except NotFound:
            allowed = False
    if not allowed:
        raise Invalid("deputy_id", "unknown", _l("Choose an active colleague of the same unit or team."))


def _meets(condition: object, first: date, end: date) -> bool:
    stmt = select(Absence.id).where(
        condition,  # type: ignore[arg-type]
        Absence.superseded_at.is_(None),
        Absence.valid_from < end,
        Absence.valid_to > first,
    )
    return session.scalar(stmt.limit(1)) is not None
