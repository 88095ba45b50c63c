"""Goals and contests for tests."""

from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from app.core import clock
from app.core.database import session
from app.people.models import Person
from app.people.rules.audiences import of_persons
from app.work.models.contests import Contest
from app.work.models.goals import Goal
from app.work.operations import contests
from app.work.operations import goals as operations
from app.workflow import operations as workflow
from app.workflow.models import Turn
from tests.factories import people
from tests.factories.sales import Bank

_number = count(1)


def set_goal(bank: Bank, by: Person | None = None, *, level: str = "person", **given: Any) -> Goal:
    """A goal of the bank's relationship manager (or team, or unit), set by its supervisor for this quarter."""
    owner = {"person": bank.manager.id, "team": bank.team.id, "unit": bank.unit.id}[level]
    values = {
        "title": f"拜访商户{next(_number)}", "target": "40", "period": "quarter", "measure": "customers.visits_made",
        "owner_id": owner, "level": level, **given,
    }  # fmt: skip
    return operations.set_goal(people.actor(by or bank.supervisor), **values)


def waiting(goal: Goal) -> Turn:
    """The step of a goal that waits."""
    return session.scalars(select(Turn).where(Turn.run_id == goal.run_id, Turn.state == "waiting")).one()


def complete(goal: Goal, person: Person, outcome: str, *, reason: str = "", **fields: Any) -> None:
    """Do the waiting step as ``person``."""
    turn = waiting(goal)
    ticked = ["talked"] if turn.step == "joint_evaluation" else []
    workflow.complete(people.actor(person), turn.id, outcome=outcome, fields=fields, checklist=ticked, reason=reason)
    session.refresh(goal)


def closed_contest(bank: Bank) -> Contest:
    """A contest of the bank's leader and relationship manager that was closed with an award."""
    with clock.at(clock.now() - timedelta(days=30)):
        contest = contests.open_contest(
            people.actor(bank.supervisor), unit_id=bank.unit.id, title="走访竞赛", rules="比拜访。",
            measure="customers.visits_made", starts_on=clock.today(), ends_on=clock.today() + timedelta(days=9),
            rule=of_persons([bank.leader.id, bank.manager.id]),
        )  # fmt: skip
    given = {bank.manager.id: ("一等奖", "脚勤")}
    return contests.close_contest(people.actor(bank.supervisor), contest.id, contest.version, given)
