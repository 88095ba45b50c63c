"""How people want to be told, for many at once; and the mail that is due."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select

from app.core.database import fetch, session
from app.people.models import Person
from app.work.models import MailChoice, MailHours, Notification
from app.work.rules.quiet import Hours


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody has chosen for a group of kinds (None: nothing, the group's default holds), and their hours."""

    mail: str | None
    hours: Hours


DEFAULT = Hours()
_HOURS: tuple[Any, ...] = (
    MailHours.quiet_from, MailHours.quiet_until, MailHours.digest_at, MailHours.working_days, MailHours.zone,
)  # fmt: skip
_WISHES = (
    select(Person.id, MailChoice.mail, *_HOURS)
    .outerjoin(MailHours, MailHours.person_id == Person.id)
    .outerjoin(MailChoice, and_(MailChoice.person_id == Person.id, MailChoice.group == bindparam("group")))
    .where(Person.id.in_(bindparam("ids", expanding=True)), Person.state == "active")
)
# built once: every step that changes hands asks


def wishes_for(ids: Collection[int], group: str) -> dict[int, Wish]:
    """The wishes of those of these people who are active: leavers and locked people are told nothing. One statement."""
    rows = fetch(_WISHES, {"ids": sorted(ids), "group": group})
    return {row[0]: Wish(row[1], Hours(*row[2:]) if row.quiet_from is not None else DEFAULT) for row in rows}


@dataclass(frozen=True, slots=True)
class Preferences:
    """One person's choices by group and hours, with the version they saw (0: nothing chosen yet)."""

    choices: dict[str, str]
    hours: Hours
    version: int


def preferences_of(person_id: int) -> Preferences:
    """What a person has chosen."""
    chosen = session.execute(select(MailChoice.group, MailChoice.mail).where(MailChoice.person_id == person_id))
    hours = session.execute(select(*_HOURS, MailHours.version).where(MailHours.person_id == person_id)).one_or_none()
    return Preferences(
        {group: mail for group, mail in chosen},
        Hours(*hours[:-1]) if hours else DEFAULT,
        hours.version if hours else 0,
    )


def address_of(person_id: int) -> str | None:
    """Where the person's mail goes."""
    return session.scalar(select(Person.email).where(Person.id == person_id))


def people_with_mail_due(now: datetime, limit: int) -> list[int]:
    """Who is to get mail now, longest waiting first."""
    rows = session.execute(
        select(Notification.person_id)
        .where(Notification.mail_at.is_not(None), Notification.mail_at <= now)
        .group_by(Notification.person_id)
        .order_by(Notification.person_id)
        .limit(limit)
    )
    return [person for (person,) in rows]
