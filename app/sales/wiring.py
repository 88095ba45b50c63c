"""Registers the sales room."""

from pathlib import Path
from typing import Any

from flask import Flask

from app.core import files, settings
from app.core.actor import Actor
from app.core.texts import _l
from app.customers.signals import contact_recorded, customer_updated
from app.people import administration
from app.people.signals import person_left
from app.sales import accompanied, measures, panels, permissions, signals, subjects
from app.sales.operations.accompanied import follow_leaver_in_accompanied
from app.sales.operations.details import PURPOSE, may_read
from app.sales.operations.opportunities import follow_customer, follow_leaver
from app.sales.operations.visits import follow_contact
from app.sales.queries import accompanied as accompanied_reading
from app.sales.queries import planned, products
from app.sales.views import accompanied as accompanied_pages
from app.sales.views import board, bp, closing, create, details, listing, moving, opportunity  # noqa: F401 - routes
from app.sales.views import products as product_pages  # noqa: F401
from app.web import dates, menu
from app.workflow import registry
from app.workflow.signals import run_closed
from app.workflow.views.subject_pages import subject_page


def register(app: Flask) -> None:
    """Pages, places of the navigation, the process with what it names, panels, measures, and what other rooms tell."""
    app.register_blueprint(bp)
    settings.room("sales", _l("Sales"), order=20)
    subjects.register()
    accompanied.register()
    dates.source(
        "accompanied", title=_l("Accompanied visits"), icon="users", order=20, entries=accompanied_reading.own_dates,
        of_people=accompanied_reading.dates_of_people,
    )  # fmt: skip
    registry.seeds(Path(__file__).parent / "definitions")
    menu.item("sales", _l("Sales"), "sales.index", icon="sales", permission=permissions.VIEW, order=40, phone=True)
    menu.item(
        "accompanied", _l("Accompanied visits"), "sales.accompanied", icon="visit", order=42,
        permission=permissions.ACCOMPANIED_VIEW, shown=lambda actor: actor.may(permissions.VIEW),
    )  # fmt: skip
    menu.item(
        "products",
        _l("Product catalogue"),
        "sales.products",
        icon="product",
        permission=permissions.PRODUCT_VIEW,
        order=45,
    )
    administration.task(
        "products", _l("Fill the product catalogue"), _l("Load the shipped one and change it, or add products one by one."),
        endpoint="sales.products", permission=permissions.PRODUCT_MANAGE, done=lambda: not products.is_empty(), order=60,
    )  # fmt: skip
    subject_page(subjects.KIND, opportunity.show_step)
    subject_page(accompanied_pages.KIND, accompanied_pages.show_step)
    panels.register()
    measures.register()
    dates.source("visits", title=_l("Planned visits"), icon="visit", order=20,
                 entries=planned.own_visits, of_people=planned.visits_of_people)  # fmt: skip
    files.reader(PURPOSE, may_read)
    person_left.connect(_hand_over)
    customer_updated.connect(_rename)
    contact_recorded.connect(follow_contact)
    run_closed.connect(_tell_closed)


def _hand_over(*, person_id: int, successor_id: int | None, actor: Actor, **_facts: Any) -> None:
    follow_leaver(actor, person_id, successor_id)
    follow_leaver_in_accompanied(actor, person_id)


def _rename(*, customer_id: int, changes: dict[str, Any], **_facts: Any) -> None:
    if "name" in changes or "number" in changes:
        follow_customer(customer_id)


def _tell_closed(*, run: Any, actor: Actor, **_facts: Any) -> None:
    if run.subject_kind == subjects.KIND:
        signals.opportunity_closed.send(opportunity_id=run.subject_id, result=run.state, person_id=actor.id)
