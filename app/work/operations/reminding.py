"""Reminders: what stands in a calendar is told some days before, once, whoever's it is (D35)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select

from app.core import calendar, clock, settings
from app.core.actor import SYSTEM
from app.core.database import before_the_lock, session, unit_of_work
from app.core.setting_fields import Whole
from app.core.texts import LANGUAGES, _l, in_language
from app.people.models import Person
from app.web.dates import DateEntry
from app.work.models import Notification
from app.work.notifications import kind
from app.work.operations.notifying import notify
from app.work.queries.calendar import entries_of
from app.work.queries.reminders import REMINDED

AT_ONCE = 200
"""People whose dates are read by one set of statements."""
IN_ONE_WRITE = 20
"""Reminders that are written in one transaction."""

REMIND_DAYS = settings.declare(
    "work.remind_days",
    title=_l("Days before a date on which its person is reminded"),
    about=_l("Of everything that stands in the calendar; with 0 on the day itself."),
    default=1,
    field=Whole(0, 30, unit=_l("days"), one=_l("day")),
)
kind(
    REMINDED,
    title=_l("%(day)s – %(what)s"),
    why=_l("because it stands in your calendar"),
    group="calendar",
)


def remind() -> int:
    """Job: remind everybody of what is to come within the days of the setting; killed half-way it goes on where nobody was
    told yet. What is to be told is found before anything is written, so that nobody waits for the database meanwhile.
    Returns how many were told."""
    with before_the_lock():
        ids = session.scalars(select(Person.id).where(Person.state == "active").order_by(Person.id)).all()
    told = 0
    for start in range(0, len(ids), AT_ONCE):
        with before_the_lock():
            waiting = _waiting(ids[start : start + AT_ONCE])
        for first in range(0, len(waiting), IN_ONE_WRITE):
            with unit_of_work():
                told += sum(_tell(*one) for one in waiting[first : first + IN_ONE_WRITE])
    return told


def _waiting(ids: Sequence[int]) -> list[tuple[DateEntry, dict[str, str]]]:
    """What these people are to be told, each with its title in every language."""
    today = clock.today()
    start = calendar.start_of_day(today)
    end = calendar.start_of_day(today + timedelta(days=int(settings.get(REMIND_DAYS)) + 1))
    titles: dict[str, dict[tuple[str, int], DateEntry]] = {}
    for language in LANGUAGES:
        with in_language(language):
            found = entries_of(SYSTEM, ids, start, end)
            titles[language] = {(e.uid, e.person_id): e for e in found if e.remind and not e.done and e.person_id}
    known = _told(ids)
    return [
        (entry, {language: str(found[uid, person_id].title) for language, found in titles.items()})
        for (uid, person_id), entry in titles[LANGUAGES[0]].items()
        if (person_id, f"remind/{uid}") not in known
    ]


def _told(ids: Sequence[int]) -> set[tuple[int, str | None]]:
    since = clock.now() - timedelta(days=400)
    rows = session.execute(
        select(Notification.person_id, Notification.once).where(
            Notification.person_id.in_(ids), Notification.kind == REMINDED, Notification.at >= since
        )
    )
    return {(person, once) for person, once in rows}


def _tell(entry: DateEntry, what: Mapping[str, str]) -> int:
    return notify(
        [entry.person_id],
        REMINDED,
        url=entry.url or "/work/calendar",
        once=f"remind/{entry.uid}",
        what=what,
        day=clock.local(entry.at).date(),
        icon=entry.icon,
    )
