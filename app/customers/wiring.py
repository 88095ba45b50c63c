"""Registers the customers room."""

from typing import Any

from flask import Flask

from app.core import files, jobs
from app.core.actor import Actor
from app.core.texts import _l
from app.customers import diary, measures, panels, permissions
from app.customers.operations import hand_over, imports, portfolio, tiers
from app.customers.operations.contacts import PHOTO
from app.customers.queries import criteria
from app.customers.queries import dates as reading
from app.customers.queries.contacts import may_read_photo
from app.customers.views import bp
from app.people.signals import person_left
from app.web import dates, menu


def register(app: Flask) -> None:
    """Pages, places of the navigation, panels, measures, files, jobs, and what happens when a person leaves."""
    app.register_blueprint(bp)
    menu.item(
        "customers",
        _l("Customers"),
        "customers.index",
        icon="customers",
        permission=permissions.VIEW,
        order=30,
        phone=True,
    )
    menu.item(
        "looks", _l("Who looked"), "customers.looks", icon="eye", permission=permissions.LOOKS, order=75,
        shown=lambda actor: not actor.may(permissions.VIEW),
    )  # fmt: skip
    panels.register()
    measures.register()
    diary.register()
    criteria.register()
    _dates()
    files.reader(PHOTO, may_read_photo)
    files.reader(imports.IMPORT, imports.owns_file)
    jobs.every("customers.portfolios", portfolio.follow_portfolios, minutes=10)
    jobs.every("customers.leavers", portfolio.hand_over_leavers, minutes=1)
    jobs.every("customers.recount", tiers.recount, minutes=1)
    jobs.every("customers.imports", imports.run_imports, seconds=10)
    person_left.connect(_hand_over)


def _dates() -> None:
    """What stands in the calendar of whoever holds customers (D35, D51)."""
    dates.source("customer_dates", title=_l("Maturities and checks"), icon="cash", order=30,
                 entries=reading.own_dates, of_people=reading.dates_of_people)  # fmt: skip
    dates.source("birthdays", title=_l("Birthdays"), icon="star", order=40,
                 entries=reading.own_birthdays, of_people=reading.birthdays_of_people)  # fmt: skip
    dates.source("contacts", title=_l("Contacts due"), icon="call", order=50,
                 entries=reading.own_contacts, of_people=reading.contacts_of_people)  # fmt: skip


def _hand_over(*, person_id: int, successor_id: int | None, actor: Actor, **_facts: Any) -> None:
    """Whoever leaves gives their customers to the successor, or to the open pool: nobody is left without a view."""
    hand_over(actor, person_id, successor_id)
