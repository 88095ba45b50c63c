"""Postings and memberships over a period, for figures and goals that count what people of a unit or team did."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import or_, select

from app.core.database import session
from app.people.models import Membership, Person, Posting
from app.work.rules.staffing import Spell


def spells_touching(unit_ids: Collection[int], first: date, last: date) -> list[Spell]:
    """Every posting within the period of everybody who was posted to one of the units in it. One statement."""
    if not unit_ids:
        return []
    touching = (
        Posting.superseded_at.is_(None),
        Posting.valid_from <= last,
        or_(Posting.valid_to.is_(None), Posting.valid_to > first),
    )
    there = select(Posting.person_id).where(Posting.unit_id.in_(sorted(unit_ids)), *touching)
    rows = session.execute(
        select(Posting.person_id, Posting.unit_id, Posting.post, Posting.valid_from, Posting.valid_to).where(
            Posting.person_id.in_(there), *touching
        )
    )
    return [Spell(*row) for row in rows]


def members_touching(team_ids: Collection[int], first: date, last: date) -> list[tuple[int, Spell]]:
    """Team and spell of everybody who was in one of the teams within the period. One statement."""
    if not team_ids:
        return []
    rows = session.execute(
        select(Membership.team_id, Membership.person_id, Membership.role, Membership.valid_from, Membership.valid_to)
        .where(
            Membership.team_id.in_(sorted(team_ids)),
            Membership.superseded_at.is_(None),
            Membership.valid_from <= last,
            or_(Membership.valid_to.is_(None), Membership.valid_to > first),
        )
        .order_by(Membership.team_id, Membership.person_id)
    )
    return [(team, Spell(person, team, role, begin, end)) for team, person, role, begin, end in rows]


def last_days(person_ids: Collection[int]) -> dict[int, date]:
    """First day away for good of those who have left or will. One statement, none for an empty collection."""
    if not person_ids:
        return {}
    rows = session.execute(
        select(Person.id, Person.left_on).where(Person.id.in_(sorted(person_ids)), Person.left_on.is_not(None))
    )
    return {person: day for person, day in rows if day is not None}
