"""Meetings for tests."""

from datetime import datetime, timedelta
from typing import Any

from app.core import clock
from app.people.models import Person
from app.people.rules.audiences import of_persons
from app.work.models import Meeting
from app.work.operations import meetings, minutes
from app.workflow import operations as workflow
from tests.factories import people
from tests.factories.sales import Bank


def call(bank: Bank, *, by: Person | None = None, **given: Any) -> Meeting:
    """A meeting of the team tomorrow at nine, chaired by its leader, minutes by its support."""
    workflow.sync_seeds()
    begins = datetime.combine(clock.today() + timedelta(days=1), datetime.min.time(), clock.ZONE) + timedelta(hours=9)
    team = [bank.leader, bank.manager, bank.business, bank.support]
    values = {
        "kind": "weekly", "purpose": "排定本周走访", "starts_at": begins, "minutes": 30, "place": "二楼会议室",
        "rule": of_persons([p.id for p in team]), "chair_id": bank.leader.id, "taker_id": bank.support.id,
        "agenda": ["上周完成", "本周走访"], **given,
    }  # fmt: skip
    return meetings.plan_meeting(people.actor(by or bank.leader), **values)


def hold(bank: Bank, meeting: Meeting, **states: tuple[str, str]) -> None:
    """Everybody is there but those named by role; the minutes are written next."""
    marks = {
        getattr(bank, who).id: states.get(who, ("present", "")) for who in ("leader", "manager", "business", "support")
    }
    me = people.actor(bank.support)
    minutes.mark_attendance(me, meeting.id, marks)
    minutes.move_on(me, meeting.id, "hold", "held")


def write(bank: Bank, meeting: Meeting) -> None:
    """Minutes written and handed to the chair."""
    me = people.actor(bank.support)
    minutes.write_minutes(me, meeting.id, meeting.version, [("上周完成", "走访12户。"), ("本周走访", "建材市场8户。")])
    minutes.move_on(me, meeting.id, "write", "done")


def confirm(bank: Bank, meeting: Meeting) -> None:
    """Confirmed by the chair."""
    minutes.move_on(people.actor(bank.leader), meeting.id, "confirm", "confirm")
