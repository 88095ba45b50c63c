"""Forming customer teams and giving their roles, with days (D7, D9)."""

from datetime import date, timedelta

from sqlalchemy import select, update

from app.core import audit, clock, typed
from app.core.actor import Actor, Scope
from app.core.database import session, unit_of_work
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from app.core.permissions import TEAM_ROLES
from app.core.texts import _l
from app.people import audit as noted
from app.people import signals
from app.people.models import Membership, Person, Team
from app.people.operations import dated
from app.people.permissions import TEAM_EDIT
from app.people.queries.institution import words
from app.people.queries.units import unit_for
from app.people.rules import timeline


def create_team(actor: Actor, *, name: str, unit_id: int, industry: str, purpose: str = "") -> int:
    """Form a team of a unit for an industry; returns its id. Raises ``Invalid`` field by field."""
    actor.require(TEAM_EDIT)
    _check(actor, name, industry, purpose)
    _require_unit(actor, unit_id)
    team = Team(name=typed.name(name), unit_id=unit_id, industry=industry, purpose=purpose.strip())
    session.add(team)
    session.flush()
    audit.record(
        actor, noted.TEAM_CREATED, target=("team", team.id), changes={"name": (None, team.name)}, unit_id=unit_id
    )
    return team.id


def update_team(
    actor: Actor, team_id: int, *, name: str, industry: str, purpose: str = "", version: int | None = None
) -> None:
    """Rename a team or change its industry and purpose."""
    team = _locked(actor, team_id, version)
    _check(actor, name, industry, purpose)
    new = {"name": typed.name(name), "industry": industry, "purpose": purpose.strip()}
    changes = {key: (getattr(team, key), value) for key, value in new.items() if getattr(team, key) != value}
    for key, value in new.items():
        setattr(team, key, value)
    if changes:
        team.version += 1
        audit.record(actor, noted.TEAM_CHANGED, target=("team", team_id), changes=changes)
    session.flush()


def close_team(actor: Actor, team_id: int, *, version: int | None = None) -> None:
    """Close a team today: every membership ends, and what its members hold goes back to the lanes."""
    team = _locked(actor, team_id, version)
    if team.closed_on is not None:
        raise Conflict()
    day = clock.today()
    members = session.execute(
        select(Membership.person_id, Membership.role)
        .where(Membership.team_id == team_id, Membership.superseded_at.is_(None))
        .distinct()
    ).all()
    for person_id, role in members:
        _leave(actor, team_id, person_id, role, day)
    team.closed_on = day
    team.version += 1
    audit.record(actor, noted.TEAM_CLOSED, target=("team", team_id), day=day)
    session.flush()


def join_team(
    actor: Actor, team_id: int, *, person_id: int, role: str, day: date | None = None, until: date | None = None
) -> int:
    """Give a person one of the four roles in a team, from ``day`` (today) until before ``until``; returns the membership.

    Nobody gives a role to themselves. A second role in the same team is allowed (D7).
    """
    team = _locked(actor, team_id, None)
    day = day or clock.today()
    if role not in TEAM_ROLES:
        raise Invalid("role", "unknown", _l("Choose one of the roles."))
    if until is not None and until <= day:
        raise Invalid("until", "before", _l("The end lies before the beginning."))
    if person_id == actor.id:
        raise Forbidden(TEAM_EDIT, _l("Nobody grants to or withdraws from themselves."))
    person = session.execute(select(Person.state).where(Person.id == person_id)).one_or_none()
    if person is None or person.state == "left":
        raise Invalid("person_id", "unknown", _l("Choose a person."))
    if team.closed_on is not None:
        raise Conflict(_l("This team has been closed."))
    key = {"team_id": team_id, "person_id": person_id, "role": role}
    if timeline.overlapping(dated.spans(Membership, key), day, until):
        raise Invalid("role", "held", _l("This person has this role in the team already in these days."))
    rewrite = timeline.Rewrite([], [timeline.Span(day, until, {})])
    added = dated.write(Membership, key, rewrite, recorded_by=actor.id)
    audit.record(actor, noted.TEAM_JOINED, target=("team", team_id), person_id=person_id, role=role, day=day)
    if day <= clock.today():
        signals.membership_began.send(team_id=team_id, person_id=person_id, role=role, day=day, actor=actor)
    return added[0]


def leave_team(actor: Actor, team_id: int, *, person_id: int, role: str | None = None, day: date | None = None) -> None:
    """End one role (or all) of a person in a team from ``day`` (today) on; tells ``membership_ended`` on that day."""
    _locked(actor, team_id, None)
    day = day or clock.today()
    held = session.scalars(
        select(Membership.role)
        .where(
            Membership.team_id == team_id,
            Membership.person_id == person_id,
            Membership.superseded_at.is_(None),
            (Membership.valid_to.is_(None)) | (Membership.valid_to > day),
        )
        .distinct()
    ).all()
    ending = [each for each in held if role is None or each == role]
    if not ending:
        raise NotFound()
    for each in ending:
        _leave(actor, team_id, person_id, each, day)


def _leave(actor: Actor, team_id: int, person_id: int, role: str, day: date) -> None:
    key = {"team_id": team_id, "person_id": person_id, "role": role}
    found = [span for span in dated.spans(Membership, key) if span.end is None or span.end > day]
    if not found:
        return
    told = day <= clock.today()
    rewrite = timeline.end(found, day)
    dated.write(Membership, key, rewrite, recorded_by=actor.id, end_told=told)
    audit.record(actor, noted.TEAM_LEFT, target=("team", team_id), person_id=person_id, role=role, day=day)
    if told and any(span.start <= clock.today() for span in found):
        signals.membership_ended.send(team_id=team_id, person_id=person_id, role=role, day=day, actor=actor)


def end_memberships(actor: Actor, person_id: int, day: date) -> None:
    """End every membership of a person (a leaver) from ``day`` on; the caller has checked that it may."""
    rows = session.execute(
        select(Membership.team_id, Membership.role)
        .where(
            Membership.person_id == person_id,
            Membership.superseded_at.is_(None),
            (Membership.valid_to.is_(None)) | (Membership.valid_to > day),
        )
        .distinct()
    ).all()
    for team_id, role in rows:
        _leave(actor, team_id, person_id, role, day)


def tell_ended(system: Actor) -> int:
    """Job: memberships whose last day has passed without anybody acting are told to the other rooms, each once."""
    with unit_of_work():
        due = session.execute(
            select(Membership.id, Membership.team_id, Membership.person_id, Membership.role, Membership.valid_to)
            .where(
                Membership.valid_to <= clock.today(),
                Membership.valid_to > clock.today() - timedelta(days=60),
                Membership.superseded_at.is_(None),
                Membership.end_told.is_(False),
            )
            .limit(200)
        ).all()
    for row in due:
        with unit_of_work():
            session.execute(update(Membership).where(Membership.id == row.id).values(end_told=True))
            signals.membership_ended.send(
                team_id=row.team_id, person_id=row.person_id, role=row.role, day=row.valid_to, actor=system
            )
    return len(due)


def _check(actor: Actor, name: str, industry: str, purpose: str) -> None:
    faults = []
    if not 1 <= len(typed.name(name)) <= 80:
        faults.append(FieldError("name", "length", _l("A name has 1 to 80 characters.")))
    known = words("industry")
    if industry not in known or known[industry].retired:
        faults.append(FieldError("industry", "unknown", _l("Choose one of the industries.")))
    if len(purpose) > 500:
        faults.append(FieldError("purpose", "length", _l("At most %(count)s characters.", count=500)))
    if faults:
        raise Invalid.many(faults)


def _require_unit(actor: Actor, unit_id: int) -> None:
    try:
        closed = unit_for(actor, unit_id, TEAM_EDIT).closed
    except NotFound:
        closed = True
    if closed:
        raise Invalid("unit_id", "unknown", _l("Choose a unit within the part you look after."))


def _locked(actor: Actor, team_id: int, version: int | None) -> Team:
    granted = actor.require(TEAM_EDIT)
    team = session.scalar(
        select(Team).where(Team.id == team_id).with_for_update().execution_options(populate_existing=True)
    )
    if team is None or (granted.level is not Scope.ALL and team.unit_id not in granted.unit_ids):
        raise NotFound()
    if version is not None and version != team.version:
        raise Conflict()
    return team
