"""What the cases run on: the demonstration bank with 200,000 customers and 1,000 open sales, twenty and more a stage."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.actor import SYSTEM
from app.core.calendar import CalendarDay
from app.core.database import begin_writing, session
from app.customers.models import Customer
from app.ops.demo.customers import load
from app.ops.demo.institution import Builder, Institution
from app.ops.demo.selling import Selling
from app.people.models import Person
from app.sales import operations as sales
from app.sales.models import Opportunity
from app.workflow import operations as workflow
from app.workflow.models import Turn
from benchmarks.branch import open_branch

STEPS = ("prepare", "visit", "survey", "design", "objections", "decide", "service_plan", "review")
"""One step of each stage."""
EACH = 22
"""Sales that have come to each stage."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Ids that the cases need."""

    team: int
    customers: list[int]
    """Customers of the manager's team that nothing is being sold to."""
    opportunity: int
    """A sale of the manager's that waits for them in the middle of its way."""
    turns: list[tuple[int, int]]
    """First steps that wait for the manager, with their versions."""


def build(customers: int, opportunities: int) -> None:
    """Fill an empty, migrated database."""
    rng = Random(7)
    now = clock.now().replace(microsecond=0)
    begin_writing(True)
    with clock.at(now - timedelta(days=90)):
        institution = Builder(rng, now - timedelta(days=90)).build()
        workflow.sync_seeds()
        sales.load_catalogue(SYSTEM)
    session.commit()
    listed = load(rng, institution, customers, now - timedelta(days=80), session.commit)
    played = Selling(rng, institution, listed, now - timedelta(days=60), now, session.commit)
    for _round in range(EACH):
        played.park_sales(institution.teams[0], STEPS)
    played.play()
    _open_more(rng, institution, played, opportunities - EACH * len(STEPS))
    open_branch(rng)
    session.commit()
    begin_writing(False)


def _open_more(rng: Random, institution: Institution, played: Selling, number: int) -> None:
    team = institution.teams[0]
    actor = played.actor(team.members["relationship"])
    for n in range(number):
        customer = next(played.free[team.id])
        sales.open_opportunity(
            actor, customer_id=customer.id, title=f"{customer.name} {n}", amount="500000", team_id=team.id
        )
        if n % 50 == 49:
            session.commit()


def prepared(app: Flask) -> Prepared:
    """Find what the cases need. Today is a working day, whichever it is: on others the day page shows less."""
    with app.app_context():
        session.merge(CalendarDay(day=clock.today(), working=True, note="measured"))
        session.commit()
        manager = session.scalars(select(Person.id).where(Person.username == "manager")).one()
        team = session.scalars(select(Opportunity.team_id).where(Opportunity.owner_id == manager).limit(1)).one()
        busy = select(Opportunity.customer_id)
        free = session.scalars(
            select(Customer.id)
            .where(Customer.holder_id == manager, Customer.id.not_in(busy))
            .order_by(Customer.id)
            .limit(3000)
        ).all()
        middle = session.scalars(
            select(Opportunity.id)
            .join(Turn, Turn.run_id == Opportunity.run_id)
            .where(Opportunity.owner_id == manager, Turn.state == "waiting", Turn.step == "objections")
            .limit(1)
        ).one()
        turns = session.execute(
            select(Turn.id, Turn.version)
            .where(Turn.assignee_id == manager, Turn.state == "waiting", Turn.step == "prepare")
            .order_by(Turn.id.desc())
        ).all()
        return Prepared(team, list(free), middle, [(row.id, row.version) for row in turns])
