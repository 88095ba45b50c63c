"""Notifications and dates of the demonstration: people at the firms with their birthdays, what matures, a few words at steps."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select, update

from app.core import clock
from app.core.actor import SYSTEM
from app.core.database import session
from app.customers import operations as customers
from app.customers.operations.dates import add_date, finish_date
from app.ops.demo.customers import Known
from app.ops.demo.institution import DemoTeam, Institution
from app.ops.demo.names import content, person_name, phone
from app.people import operations as people_operations
from app.people import queries as people
from app.people.models import Person
from app.work.models import Notification
from app.workflow import operations as workflow
from app.workflow.models import Run, Turn

FRESH = timedelta(days=5)
"""What is older has been read."""
OWN, OTHERS = 40, 8
"""Customers with dates: of the accounts' own team, and of each other one."""


def load(
    rng: Random, institution: Institution, listed: dict[int, list[Known]], accounts: Sequence[str], now: datetime
) -> None:
    """Add all of it, as of the last days before ``now``."""
    with clock.at(now - timedelta(days=1)):
        for place, team in enumerate(institution.teams):
            for customer in listed.get(team.id, [])[: OWN if place == 0 else OTHERS]:
                _dates(rng, customer, clock.today())
        _comments(institution.teams[0])
        _addresses(accounts)
    _read_what_is_old(now)


def _dates(rng: Random, customer: Known, today: date) -> None:
    words = content("dates")
    if customer.industry:
        born = date(rng.randrange(1962, 1996), 1, 1) + timedelta(days=rng.randrange(365))
        if rng.random() < 0.3:  # some birthdays of these weeks
            born = (today + timedelta(days=rng.randrange(-3, 25))).replace(year=born.year)
        customers.add_key_person(
            SYSTEM, customer.id, name=person_name(rng), post=rng.choice(words["posts"]), decides=rng.random() < 0.5,
            phone=phone(rng), birthday=born, about=rng.choice(words["abouts"]),
        )  # fmt: skip
    if rng.random() < 0.8:
        text = rng.choice(words["maturity"]["firm" if customer.industry else "person"])
        day = today + timedelta(days=rng.randrange(-8, 90))
        made = add_date(SYSTEM, customer.id, kind="maturity", day=day, text=text, amount=rng.randrange(5, 300) * 10_000)
        if day < today:
            finish_date(SYSTEM, made.id, made.version)
    if rng.random() < 0.3:
        kind = "check" if rng.random() < 0.8 else "other"
        add_date(
            SYSTEM,
            customer.id,
            kind=kind,
            day=today + timedelta(days=rng.randrange(1, 60)),
            text=rng.choice(words[kind]),
        )


def _comments(team: DemoTeam) -> None:
    """The leader says a word at steps that wait for the relationship manager."""
    manager, leader = team.members["relationship"], people.actor_for(team.members["leader"], "page", "10.20.0.9")
    name = people.names([manager])[manager]
    turns = session.scalars(
        select(Turn.id)
        .join(Run, Run.id == Turn.run_id)
        .where(Turn.assignee_id == manager, Turn.state == "waiting", Run.team_id == team.id)
        .order_by(Turn.id)
    ).all()
    for turn, said in zip(turns, content("dates")["comments"], strict=False):
        workflow.comment(leader, turn, said.format(name=name))


def _addresses(accounts: Sequence[str]) -> None:
    """The accounts have a mail address that leads nowhere."""
    for person_id, username, locale, theme in session.execute(
        select(Person.id, Person.username, Person.locale, Person.theme).where(Person.username.in_(accounts))
    ).all():
        person = people.actor_for(person_id)
        people_operations.update_profile(person, locale=locale, theme=theme, email=f"{username}@qiao.example")


def _read_what_is_old(now: datetime) -> None:
    """Six months of work have told people much; what is left unread is of the last days, and no mail of the rest waits."""
    session.execute(
        update(Notification)
        .where(Notification.at < now - FRESH)
        .values(read_at=Notification.at, mail="none", mail_at=None)
    )
