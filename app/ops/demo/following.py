"""A supervisor who nudges, and texts that wait to be erased by law."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.core import clock
from app.core.actor import Actor
from app.core.database import session
from app.people import queries as people
from app.work import operations as work
from app.work.queries import Narrowed
from app.work.queries.desk import overdue_turns
from app.workflow import operations as workflow
from app.workflow.models import Run

SAID = ("客户已经来电催问，今天下班前请给我答复。", "本周要上会，材料不能再拖，有困难直接找我。")
LETTER = "客户来函要求删除已结束业务中填写的个人信息，来函编号 2026-117，已核对身份。"


def load(now: datetime) -> None:
    """Yesterday the supervisor nudged what was longest overdue; this morning a customer's letter came."""
    with clock.at(now - timedelta(days=1)):
        supervisor = _actor("supervisor")
        turns = overdue_turns(supervisor, Narrowed(), None, len(SAID))
        for turn, said in zip(turns, SAID, strict=False):
            work.nudge_many(supervisor, [turn], said)
    with clock.at(now - timedelta(hours=3)):
        ended = session.scalars(select(Run.id).where(Run.state == "failure").order_by(Run.id.desc()).limit(1)).all()
        if ended:
            workflow.ask_erasure(_actor("secadmin"), ended, ground="request", reason=LETTER)


def _actor(username: str) -> Actor:
    person = people.person_by_username(username)
    if person is None:
        raise LookupError(username)
    return people.actor_for(person)
