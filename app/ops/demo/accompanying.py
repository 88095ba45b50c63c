"""Accompanied visits of the demonstration bank: some done, one with a sealed report, one that waits for its plan."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.core import calendar, clock
from app.core.actor import Actor
from app.core.database import session
from app.customers.models import Customer
from app.ops.demo.names import content
from app.people import queries as people
from app.sales import operations as sales
from app.sales.models import AccompaniedVisit
from app.sales.queries import runs
from app.sales.rules import skills
from app.workflow import operations as workflow
from app.workflow.models import Turn

ORDER = (("plan", 0, 0, 11), ("agree", 1, 0, 15), ("report", 0, 1, 16), ("report", 1, 1, 18), ("coach", 1, 2, 9),
         ("acknowledge", 0, 2, 14))  # fmt: skip
"""Steps in the order they are done: by whom (0 the trainee, 1 the coach), how many working days later, at what hour."""


def accompany(end: datetime, commit: Callable[[], None]) -> None:
    """Play the visits of the content file up to now."""
    for told in content("accompanied"):
        coach, trainee, holder = (people.person_by_username(told[side]) for side in ("by", "trainee", "holder"))
        customer = session.scalar(
            select(Customer.id)
            .where(Customer.holder_id == holder, Customer.kind == "company")
            .order_by(Customer.id)
            .offset(told["customer"])
            .limit(1)
        )
        if coach is not None and trainee is not None and customer is not None:
            _play(told, (trainee, coach), customer, end)
            commit()


def _play(told: dict[str, Any], pair: tuple[int, int], customer: int, end: datetime) -> None:
    days = _working_days(clock.local(end) - timedelta(days=told["days_ago"]))
    with clock.at(min(days[0].replace(hour=9, minute=20), end)):
        visit = sales.plan_accompanied(
            _actor(pair[1]), customer_id=customer, trainee_id=pair[0], step=told["step"], day=days[1].date()
        )
    for step, side, later, hour in ORDER[: told["done"]]:
        moment = days[later].replace(hour=hour, minute=10 + 7 * side)
        with clock.at(min(moment, end)):
            _do(visit, step, pair[side], told, side)


def _working_days(first: datetime) -> list[datetime]:
    found: list[datetime] = []
    day = first.replace(second=0, microsecond=0)
    while not calendar.is_working(day.date()):  # back, for nothing is planned in days to come
        day -= timedelta(days=1)
    while len(found) < 3:
        if calendar.is_working(day.date()):
            found.append(day)
        day += timedelta(days=1)
    return found


def _actor(person_id: int) -> Actor:
    return people.actor_for(person_id, "page", f"10.20.0.{person_id % 250 + 1}")


def _do(visit: AccompaniedVisit, step: str, person_id: int, told: dict[str, Any], side: int) -> None:
    turn_id = session.scalars(
        select(Turn.id).where(
            Turn.run_id == visit.run_id, Turn.step == step, Turn.state == "waiting", Turn.assignee_id == person_id
        )
    ).one()
    keyed = [option.key for option in skills.skills_of(runs.process(), visit.step)]
    fields: dict[str, Any] = dict(told["report"][side] if step == "report" else told[step])
    if step == "plan":
        fields["focus"] = keyed[:2]
    if step == "coach":
        fields["scores"] = [
            {"skill": key, "score": f"s{score}", "seen": seen}
            for key, (score, seen) in zip(keyed, told["scores"], strict=False)
        ]
    checklist = ["talked"] if step == "coach" else []
    workflow.complete(_actor(person_id), turn_id, outcome="done", fields=fields, checklist=checklist)
