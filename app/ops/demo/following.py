"""A supervisor who nudges, and texts that wait to be erased by law."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.core import clock
from app.core.actor import Actor
from app.core.database import session
from app.ops.demo.names import content
from app.people import queries as people
from app.work import operations as work
from app.work.queries import Narrowed
from app.work.queries.desk import overdue_turns
from app.workflow import operations as workflow
from app.workflow.models import Run


def load(now: datetime) -> None:
    """Yesterday the supervisor nudged what was longest overdue; this morning a customer's letter came."""
    words = content("following")
    with clock.at(now - timedelta(days=1)):
        supervisor = _actor("supervisor")
        turns = overdue_turns(supervisor, Narrowed(), None, len(words["said"]))
        for turn, said in zip(turns, words["said"], strict=False):
            work.nudge_many(supervisor, [turn], said)
    with clock.at(now - timedelta(hours=3)):
        ended = session.scalars(select(Run.id).where(Run.state == "failure").order_by(Run.id.desc()).limit(1)).all()
        if ended:
            workflow.ask_erasure(_actor("secadmin"), ended, ground="request", reason=words["letter"])


def _actor(username: str) -> Actor:
    person = people.person_by_username(username)
    if person is None:
        raise LookupError(username)
    return people.actor_for(person)
