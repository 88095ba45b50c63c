"""Mail of notifications: written to the outbox when it is due, one person a transaction, so that a kill loses and doubles nothing."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import delete, select, update

from app.core import calendar, clock, outbox
from app.core.actor import Actor
from app.core.database import session, unit_of_work
from app.core.errors import Conflict, Invalid
from app.core.texts import _, _l, in_language, ngettext
from app.people.models import Person
from app.web import filters
from app.work import notifications
from app.work.models import MailChoice, MailHours, Notification
from app.work.queries.mailing import people_with_mail_due, preferences_of
from app.work.queries.notifications import Line, due_of, worded
from app.work.rules import quiet
from app.work.rules.quiet import DAY, Hours

KEEP = timedelta(days=180)
"""Notifications older than this are forgotten; the history of the things themselves stays."""
log = logging.getLogger(__name__)


def write_mail(base: str, limit: int = 200) -> int:
    """Job: write the mail that is due; ``base`` is the product's address, for links. Returns how many mails were written."""
    with unit_of_work():
        waiting = people_with_mail_due(clock.now(), limit)
    written = 0
    for person_id in waiting:
        try:
            with unit_of_work():
                written += _write_to(person_id, base)
        except Exception:  # one person's trouble is not the others'
            log.exception("the mail of person %d could not be written", person_id)
    return written


def _write_to(person_id: int, base: str) -> int:
    rows = due_of(person_id, clock.now())
    to = session.execute(select(Person.email, Person.locale, Person.state).where(Person.id == person_id)).one()
    wishes = preferences_of(person_id)
    loud = quiet.at_once(clock.now(), wishes.hours, calendar.current().is_working)
    if loud > clock.now():  # the runner comes late, or the hours have been changed meanwhile
        _put_off(rows, loud)
        return 0
    choices = wishes.choices
    wanted = [
        row for row in rows if to.email and to.state == "active" and row.read_at is None and _wanted(row, choices)
    ]
    mails = 0
    with in_language(to.locale):
        for how in ("now", "digest"):
            lines = worded(row for row in wanted if row.mail == how)
            if lines:
                outbox.put("mail", to=to.email, **_composed(lines, base, how == "digest"))
                mails += 1
    sent = {row.id for row in wanted}
    for state, ids in (("sent", sent), ("dropped", {row.id for row in rows} - sent)):
        if ids:
            session.execute(
                update(Notification).where(Notification.id.in_(sorted(ids))).values(mail=state, mail_at=None)
            )
    return mails


def _put_off(rows: Sequence[Any], until: datetime) -> None:
    ids = [row.id for row in rows]
    session.execute(update(Notification).where(Notification.id.in_(ids)).values(mail_at=until))


def _wanted(row: Any, choices: Mapping[str, str]) -> bool:
    """Whether its reader still wants it by mail."""
    kind = notifications.kinds().get(row.kind)
    return kind is not None and choices.get(kind.group, notifications.group_of(kind).mail) != "none"


def _composed(lines: Sequence[Line], base: str, digest: bool) -> dict[str, str]:
    """Subject and text of a mail: each line with its link and why its reader gets it, then how to switch it off."""
    if digest:
        subject = ngettext(
            "Qiao on %(day)s: %(num)s thing", "Qiao on %(day)s: %(num)s things", len(lines),
            day=filters.day(clock.today()),
        )  # fmt: skip
    elif len(lines) == 1:
        subject = lines[0].sentence
    else:
        subject = ngettext("Qiao: %(num)s thing for you", "Qiao: %(num)s things for you", len(lines))
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.group, []).append(line)
    parts = []
    for title, of_group in groups.items():
        if len(groups) > 1:
            parts.append(f"【{title}】")
        parts.extend(_paragraph(line, base) for line in of_group)
    parts.append(
        _("You may bundle these mails or switch them off: %(url)s", url=f"{base}/work/notifications/preferences")
    )
    return {"subject": subject[:200], "text": "\n\n".join(parts) + "\n"}


def _paragraph(line: Line, base: str) -> str:
    said = [line.sentence, f"{base}/work/notifications/{line.id}"]
    if line.behalf:
        said.append(_("On behalf of %(name)s", name=line.behalf))
    if line.why:
        said.append(_("You get this %(why)s.", why=line.why))
    return "\n".join(said)


def choose(actor: Actor, choices: Mapping[str, str], hours: Hours, version: int) -> None:
    """Keep how the actor wants to be told; mail that waits already follows when it is written."""
    _check(choices, hours)
    session.execute(select(Person.id).where(Person.id == actor.id).with_for_update())  # two at once meet here
    if preferences_of(actor.id).version != version:
        raise Conflict()
    session.execute(delete(MailChoice).where(MailChoice.person_id == actor.id))
    session.add_all(MailChoice(person_id=actor.id, group=group, mail=mail) for group, mail in choices.items())
    row = session.get(MailHours, actor.id)
    if row is None:
        row = MailHours(person_id=actor.id, version=0)
        session.add(row)
    row.quiet_from, row.quiet_until, row.digest_at = hours.quiet_from, hours.quiet_until, hours.digest_at
    row.working_days, row.zone, row.version = hours.working_days, hours.zone, version + 1
    session.flush()


def _check(choices: Mapping[str, str], hours: Hours) -> None:
    known = {group.key for group in notifications.groups()}
    if not set(choices) <= known or not set(choices.values()) <= set(notifications.MAIL):
        raise Invalid("choices", "unknown", _l("Choose one of the ways of the list."))
    for field in ("quiet_from", "quiet_until", "digest_at"):
        if not 0 <= getattr(hours, field) < DAY:
            raise Invalid(field, "time", _l("Give a time of the day."))
    if hours.zone not in available_timezones():
        raise Invalid("zone", "unknown", _l("Choose one of the zones of the list."))


def forget_old(limit: int = 2000) -> int:
    """Job: forget what was told long ago, in small bites."""
    with unit_of_work():
        old = select(Notification.id).where(Notification.at < clock.now() - KEEP).order_by(Notification.at).limit(limit)
        ids = list(session.scalars(old))
        if ids:
            session.execute(delete(Notification).where(Notification.id.in_(ids)))
    return len(ids)
