"""Visits typed into the step become records of the customer; what is recorded already is not recorded twice."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.core import clock
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import FieldError, Invalid
from app.customers import operations as customers
from app.customers.models import Contact
from app.customers.operations.contacts import CORRECTION_DAYS
from app.sales.models import Opportunity
from app.sales.queries import visits as reading
from app.workflow import operations as workflow

_WRITING = "sales.writing_visits"


def write_visits(
    actor: Actor, opportunity: Opportunity, rows: Sequence[Mapping[str, str]] | None, name: str = "visits"
) -> None:
    """Record each row that is new; a row changed from the actor's own recent record corrects that record.

    Raises ``Invalid`` with fields named ``visits.ROW.COLUMN``.
    """
    known = list(reading.visits_of(opportunity.id))
    fresh: list[tuple[int, Mapping[str, str]]] = []
    for number, row in enumerate(rows or ()):
        same = next((visit for visit in known if reading.as_row(visit) == dict(row)), None)
        if same is None:
            fresh.append((number, row))
        else:
            known.remove(same)
    limit = clock.now() - timedelta(days=CORRECTION_DAYS)
    own = [visit for visit in known if visit.person_id in actor.selves and visit.recorded_at > limit]
    session.info[_WRITING] = True  # the step that hands them in is counted by its own completion
    try:
        _write(actor, opportunity, fresh, own, name)
    finally:
        session.info.pop(_WRITING, None)


def _write(
    actor: Actor, opportunity: Opportunity, fresh: list[tuple[int, Mapping[str, str]]], own: list[Any], name: str
) -> None:
    for number, row in fresh:
        texts = {key: row.get(key, "") for key in ("place", "people", "said")}
        try:
            if own:
                visit = own.pop(0)
                customers.correct_contact(actor, visit.id, visit.version, **_whole(visit, texts))
            else:
                customers.record_visit(actor, opportunity.customer_id, opportunity_id=opportunity.id, **texts)
        except Invalid as error:
            faults = [FieldError(f"{name}.{number}.{_column(e.field)}", e.code, e.message) for e in error.errors]
            raise Invalid.many(faults) from error


def _whole(visit: Any, texts: dict[str, str]) -> dict[str, Any]:
    """Longer records were shown shortened: what was not touched keeps its whole text."""
    unchanged = texts["said"] == reading.as_row(visit).get("said", "")
    return {**texts, "said": visit.said if unchanged else texts["said"]}


def _column(field: str) -> str:
    return field if field in ("place", "people", "said") else "said"


def follow_contact(*, contact_id: int, kind: str, **_facts: Any) -> None:
    """A visit tied to a sale was recorded elsewhere: count anew what its step still lacks."""
    if kind != "visit" or session.info.get(_WRITING):
        return
    run_id = session.scalar(
        select(Opportunity.run_id)
        .join(Contact, Contact.opportunity_id == Opportunity.id)
        .where(Contact.id == contact_id)
    )
    if run_id is not None:
        workflow.refresh_missing(run_id)
