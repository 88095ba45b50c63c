"""What an empty institution still lacks: the answers behind the checklist, one statement each."""

from flask import current_app
from sqlalchemy import exists, select

from app.core import clock
from app.core.calendar import LAST_PUBLISHED_YEAR, CalendarDay
from app.core.database import session
from app.core.dated import in_force
from app.people.models import ADMINISTRATORS, Grant, Membership, Person, Placement


def has_units() -> bool:
    """Whether there is a unit below the root."""
    return bool(session.scalar(select(exists().where(Placement.parent_id.is_not(None), in_force(Placement)))))


def has_people() -> bool:
    """Whether there is anybody but administrators."""
    administrators = select(Grant.person_id).where(Grant.role.in_(ADMINISTRATORS), in_force(Grant))
    others = exists().where(Person.state != "left", Person.id.not_in(administrators))
    return bool(session.scalar(select(others)))


def has_heads() -> bool:
    """Whether somebody heads a unit."""
    return bool(session.scalar(select(exists().where(Grant.role == "supervisor", in_force(Grant)))))


def has_teams() -> bool:
    """Whether a team has a member."""
    return bool(session.scalar(select(exists().where(in_force(Membership)))))


def calendar_known() -> bool:
    """Whether the holidays of the coming three months are published, or own days have been set beyond."""
    soon = clock.today().month > 9
    if clock.today().year + soon <= LAST_PUBLISHED_YEAR:
        return True
    return bool(session.scalar(select(exists().where(CalendarDay.day >= clock.today()))))


def mail_connected() -> bool:
    """Whether a mail server is configured."""
    return bool(current_app.config.get("MAIL_URL"))
