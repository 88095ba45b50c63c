"""Granting and withdrawing roles: never to oneself, never above oneself, never the last administrator away."""

from datetime import date

from sqlalchemy import or_, select

from app.core import audit, clock
from app.core.actor import Actor, Scope
from app.core.database import session
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.texts import _l
from app.people import audit as noted
from app.people.models import ADMINISTRATORS, Grant, Person, Placement
from app.people.operations import dated
from app.people.permissions import GRANT_EDIT
from app.people.queries.grants import roles_held
from app.people.rules import timeline
from app.people.rules.grants import Refusal, refusal

FAR = date(9999, 1, 1)


def grant_role(
    actor: Actor,
    person_id: int,
    *,
    role: str,
    unit_id: int,
    day: date | None = None,
    until: date | None = None,
    reason: str = "",
) -> int:
    """Give a person a role for a unit and all below it, from ``day`` (today) until before ``until``; returns the grant.

    Raises ``Forbidden`` to oneself or above oneself, ``Invalid`` for an unknown role or a second administrator's role.
    """
    granted = actor.require(GRANT_EDIT)
    day = day or clock.today()
    if until is not None and until <= day:
        raise Invalid("until", "before", _l("The end lies before the beginning."))
    person = session.scalar(
        select(Person).where(Person.id == person_id).with_for_update().execution_options(populate_existing=True)
    )
    if person is None:
        raise NotFound()
    if person.state == "left":
        raise Conflict(_l("This person has left."))
    if session.scalar(select(Placement.id).where(Placement.unit_id == unit_id).limit(1)) is None:
        raise Invalid("unit_id", "unknown", _l("Choose a unit within the part you look after."))
    _refuse(
        refusal(
            granter=actor.id,
            person=person_id,
            role=role,
            unit=unit_id,
            reach=None if granted.level is Scope.ALL else granted.unit_ids,
            held=roles_held(person_id, day, until or FAR),
        )
    )
    key = {"person_id": person_id, "role": role, "unit_id": unit_id}
    found = dated.spans(Grant, key)
    if timeline.overlapping(found, day, until):
        raise Invalid("role", "held", _l("This person holds this role there already in these days."))
    added = dated.write(
        Grant,
        key,
        timeline.Rewrite([], [timeline.Span(day, until, {})]),
        granted_by=actor.id,
        reason=reason.strip()[:300],
    )
    audit.record(
        actor,
        noted.ROLE_GRANTED,
        target=("person", person_id),
        role=role,
        unit_id=unit_id,
        day=day,
        until=until,
    )
    return added[0]


def revoke_role(actor: Actor, grant_id: int, *, day: date | None = None) -> None:
    """Withdraw a granted role from ``day`` (today) on. Not one's own, and not the last administrator's."""
    granted = actor.require(GRANT_EDIT)
    day = day or clock.today()
    grant = session.scalar(select(Grant).where(Grant.id == grant_id, Grant.superseded_at.is_(None)))
    if grant is None or (granted.level is not Scope.ALL and grant.unit_id not in granted.unit_ids):
        raise NotFound()
    if grant.person_id == actor.id:
        raise Forbidden(GRANT_EDIT, _l("Nobody grants to or withdraws from themselves."))
    if grant.valid_to is not None and grant.valid_to <= day:
        raise Conflict(_l("This role has ended already."))
    if grant.role in ADMINISTRATORS:
        require_another_administrator(grant.person_id, day, roles=(grant.role,))
    end_grant(actor, grant, day)


def end_grant(actor: Actor, grant: Grant, day: date) -> None:
    """Cut one grant at ``day``; the caller has checked that it may."""
    key = {"person_id": grant.person_id, "role": grant.role, "unit_id": grant.unit_id}
    span = timeline.Span(grant.valid_from, grant.valid_to, {}, grant.id)
    dated.write(Grant, key, timeline.end([span], day), granted_by=grant.granted_by)
    audit.record(
        actor,
        noted.ROLE_REVOKED,
        target=("person", grant.person_id),
        role=grant.role,
        unit_id=grant.unit_id,
        day=day,
    )


def require_another_administrator(person_id: int, day: date, roles: tuple[str, ...] = ADMINISTRATORS) -> None:
    """Raise ``Conflict`` when ``person_id`` is the last active holder of one of ``roles`` from ``day`` on.

    Takes the rows of all administrators under lock, so that two who remove each other's last colleague do not both
    succeed.
    """
    holders = select(Grant.person_id).where(Grant.role.in_(ADMINISTRATORS), Grant.superseded_at.is_(None))
    session.execute(select(Person.id).where(Person.id.in_(holders)).order_by(Person.id).with_for_update())
    rows = session.execute(
        select(Grant.role, Grant.person_id, Grant.valid_to, Person.left_on)
        .join(Person, Person.id == Grant.person_id)
        .where(
            Grant.role.in_(roles),
            Grant.superseded_at.is_(None),
            Grant.valid_from <= day,
            or_(Grant.valid_to.is_(None), Grant.valid_to > day),
            Person.state == "active",
        )
    ).all()
    for role in roles:
        holding = {row.person_id for row in rows if row.role == role}
        lasting = {r.person_id for r in rows if r.role == role and r.valid_to is None and r.left_on is None}
        if person_id in holding and not lasting - {person_id}:
            raise Conflict(_l("The last administrator of a kind cannot be removed. Name another one first."))


def _refuse(why: Refusal | None) -> None:
    if why is None:
        return
    if why is Refusal.ONESELF:
        raise Forbidden(GRANT_EDIT, _l("Nobody grants to or withdraws from themselves."))
    if why is Refusal.ABOVE:
        raise Forbidden(GRANT_EDIT, _l("Nobody grants a role above their own part of the tree."))
    if why is Refusal.UNKNOWN_ROLE:
        raise Invalid("role", "unknown", _l("Choose one of the roles."))
    raise Invalid(
        "role",
        "exclusive",
        _l("System administrator, security administrator and auditor exclude one another."),
    )
