"""Reminding those who have not read: before, on and after the date, then their supervisor, each rung once; and by hand (D29)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, update

from app.core import audit, calendar, clock, outbox
from app.core.actor import Actor
from app.core.database import session, unit_of_work
from app.core.errors import Conflict, Forbidden, NotFound
from app.core.texts import _l
from app.people import queries as people
from app.work.following import Told
from app.work.models import Notice, Receipt
from app.work.operations.notices import KIND
from app.work.operations.notifying import notify
from app.work.permissions import NOTICE_FOLLOW
from app.work.queries import notices as reading
from app.work.queries.notices import OWED, UNREAD
from app.work.queries.receipts import Late, late_readers, nudged_today, unread_ids
from app.work.rules import notices as rules

CHUNK = 250
DUE, LATE, BEHIND, NUDGED = "work.notice_due", "work.notice_late", "work.notice_behind", "work.notice_nudged"
NUDGE = audit.declare("work.notice_nudged", _l("Reading of a notice nudged"), keys=("people",))
LATE_NUDGED = audit.declare("work.notice_late_nudged", _l("Late readers nudged"), keys=("people",))


def remind_readers() -> int:
    """Job: tell whoever has not read what the time has come for; short writes, each rung of each receipt once."""
    done = 0
    with unit_of_work():
        dated = session.execute(
            select(Notice.id, Notice.read_by).where(Notice.state == "published", Notice.read_by.is_not(None))
        ).all()
    for notice_id, read_by in dated:
        if read_by is None:
            continue
        rung = rules.rung_of(_days_past(read_by))
        while rung and (told := _remind(notice_id, read_by, rung)):
            done += told
    return done


def _days_past(read_by: date) -> int:
    """Working days from the read-by date to today; negative before it."""
    today, works = clock.today(), calendar.current().is_working
    first, last = sorted((read_by, today))
    days = sum(works(date.fromordinal(n)) for n in range(first.toordinal() + 1, last.toordinal() + 1))
    return days if today >= read_by else -days


def _remind(notice_id: int, read_by: date, rung: int) -> int:
    with unit_of_work():
        ids = session.scalars(
            select(Receipt.person_id)
            .join(Notice, Notice.id == Receipt.notice_id)
            .where(Receipt.notice_id == notice_id, OWED, Receipt.rung < rung)
            .order_by(Receipt.person_id)
            .limit(CHUNK)
        ).all()
        if ids:
            session.execute(
                update(Receipt).where(Receipt.notice_id == notice_id, Receipt.person_id.in_(ids)).values(rung=rung)
            )
            _tell(session.get_one(Notice, notice_id), ids, read_by, rung)
        return len(ids)


def _tell(notice: Notice, ids: Sequence[int], read_by: date, rung: int) -> None:
    once = f"notice/{notice.id}/{notice.wanted}/{rung}"
    url = f"/work/notices/{notice.id}"
    late = read_by < clock.today()
    notify(ids, LATE if late else DUE, url=url, once=once, title=notice.title, day=read_by)
    if next(up for number, _after, up in rules.RUNGS if number == rung):
        units = people.home_units(ids)
        for unit in sorted(set(units.values())):
            heads = [head for head in people.heads_of_unit(unit) if head not in ids][:1]
            notify(heads, BEHIND, url=f"{url}/readers", once=once + "/up", title=notice.title, day=read_by)


def nudge(actor: Actor, notice_id: int) -> int:
    """Remind everybody within one's reach who has not read it; at most once an hour each. Returns how many are told.

    A few hundred are told at once, the rest by messages of the outbox, so that no request holds the database for long.
    """
    notice = reading.notice_for(actor, notice_id)
    if not (reading.may_write(actor, notice) or actor.may(NOTICE_FOLLOW)):
        raise Forbidden(NOTICE_FOLLOW)
    if notice.state != "published":
        raise Conflict(_l("This notice is no longer in force."))
    ids = unread_ids(actor, notice)
    once = f"notice/{notice.id}/nudge/{clock.now():%Y%m%d%H}"
    told = _nudge(ids[:CHUNK], notice, actor.name, once)
    rest = ids[CHUNK:]
    for start in range(0, len(rest), CHUNK):
        part = rest[start : start + CHUNK]
        outbox.put(NUDGED, notice=notice.id, people=part, who=actor.name, once=once)
    if ids:
        audit.record(actor, NUDGE, target=(KIND, notice.id), people=len(ids))
    return told + len(rest)


def carry_nudges(body: Mapping[str, Any]) -> None:
    """Deliver a part of what :func:`nudge` left; who has read it meanwhile, or a notice that has ended, is left alone."""
    with unit_of_work():
        notice = session.get_one(Notice, body["notice"])
        if notice.state != "published":
            return
        still = session.scalars(
            select(Receipt.person_id)
            .join(Notice, Notice.id == Receipt.notice_id)
            .where(Receipt.notice_id == notice.id, Receipt.person_id.in_(body["people"]), UNREAD)
        ).all()
        _nudge(still, notice, body["who"], body["once"])


def _nudge(ids: Sequence[int], notice: Notice, who: str, once: str) -> int:
    return notify(ids, NUDGED, url=f"/work/notices/{notice.id}", once=once, title=notice.title, who=who)


def nudge_late(actor: Actor, person_ids: Collection[int], why: str) -> Told:
    """Remind these people, as far as their reading is the actor's to follow, of all that they have not read in time.

    Each gets one message, once a day whoever nudges. A few hundred are told at once, the rest by messages of the outbox.
    """
    late = late_readers(actor, set(person_ids) - {actor.id})
    now, rest = late[:CHUNK], late[CHUNK:]
    told = _nudge_late(actor, now, why)
    for start in range(0, len(rest), CHUNK):
        part = [one.person_id for one in rest[start : start + CHUNK]]
        outbox.put(rules.NUDGED_LATE, actor=actor.id, people=part, why=why)
    if late:
        audit.record(actor, LATE_NUDGED, people=len(late))
    names = people.names({one.person_id for one in now} - told)
    return Told(len(told), len(rest), [(name, _l("gets no messages at present")) for name in names.values()])


def carry_late(body: Mapping[str, Any]) -> None:
    """Deliver a part of what :func:`nudge_late` left, with the reach that the person has now; who has read it is left alone."""
    with unit_of_work():
        try:
            actor = people.actor_for(body["actor"], channel="job")
        except NotFound:
            return
        _nudge_late(actor, late_readers(actor, body["people"]), body["why"])


def _nudge_late(actor: Actor, late: Sequence[Late], why: str) -> set[int]:
    """Tell each of them once; returns whom it reached. So many statements as there are different messages."""
    alike: dict[tuple[int, str, int], list[int]] = {}
    for one in late:
        alike.setdefault((one.notice_id, one.title, one.count), []).append(one.person_id)
    once = rules.nudged_once(clock.today())
    for (notice_id, title, count), ids in alike.items():
        url = f"/work/notices/{notice_id}" if count == 1 else "/work/notices?show=unread"
        notify(ids, rules.NUDGED_LATE, url=url, once=once, count=count, title=title, who=actor.name, why=why[:200])
    return nudged_today([one.person_id for one in late]) if late else set()
