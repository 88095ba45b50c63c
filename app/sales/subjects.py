"""What the sale contributes to the workflow core: its subject with bound attributes, a lane, and its guards."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.core import audit, settings
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import MissingItem, NotFound
from app.core.setting_fields import Money
from app.core.texts import _l
from app.customers.models import Customer
from app.people import queries as people
from app.sales import messages, signals
from app.sales.models import Opportunity
from app.sales.operations import opportunities as writing
from app.sales.operations import plan
from app.sales.operations.visits import write_visits
from app.sales.queries import products as product_reading
from app.sales.queries import visits as visit_reading
from app.sales.rules import record
from app.workflow import registry
from app.workflow.registry import Arguments, GuardContext, SubjectRef, SubjectView, guard, lane_resolver, options

KIND = writing.KIND
AUTHORITY = "sales.leader_authority"


settings.declare(
    AUTHORITY,
    title=_l("Amount up to which the team leader decides alone"),
    about=_l(
        "Above it the approving unit decides too. Holds for decisions that are taken from then on, in open sales as well."
    ),
    default="5000000.00",
    field=Money(),
    control=True,
)


def authority() -> Decimal:
    """Up to this amount the leader's decision suffices; above it the approving unit decides too (D3)."""
    return Decimal(settings.get(AUTHORITY))


def describe(ids: Iterable[int]) -> Mapping[int, SubjectView]:
    """Names and addresses of opportunities, for lists of turns. One statement."""
    rows = session.execute(
        select(Opportunity.id, Opportunity.title, Customer.name)
        .join(Customer, Customer.id == Opportunity.customer_id)
        .where(Opportunity.id.in_(sorted(set(ids))))
    )
    return {i: SubjectView(writing.label(customer, title), address(i)) for i, title, customer in rows}


def address(opportunity_id: int) -> str:
    """The page of an opportunity, also outside of requests."""
    return f"/sales/opportunities/{opportunity_id}"


def _opportunity(opportunity_id: int) -> Opportunity:
    found = session.get(Opportunity, opportunity_id)
    if found is None:
        raise NotFound()
    return found


def _read(name: str) -> registry.Read:
    def read(opportunity_id: int) -> Any:
        return getattr(_opportunity(opportunity_id), name)

    return read


def _write(name: str) -> registry.Write:
    def write(actor: Actor, opportunity_id: int, value: Any) -> None:
        opportunity = _opportunity(opportunity_id)
        checked = record.check({name: value})
        if checked.faults:
            raise messages.invalid(checked.faults)
        new, old = checked.values[name], getattr(opportunity, name)
        if new != old:
            writing.store(opportunity, opportunity.version, {name: new})
            _tell(actor, opportunity, name, old, new)

    return write


def _tell(actor: Actor, opportunity: Opportunity, name: str, old: Any, new: Any) -> None:
    audit.record(actor, writing.CHANGED, target=(writing.KIND, opportunity.id), changes={name: (old, new)}, step=True)
    signals.opportunity_changed.send(
        opportunity_id=opportunity.id, person_id=actor.id, changes={name: [audit.plain(old), audit.plain(new)]}
    )


def _read_products(opportunity_id: int) -> list[dict[str, str]]:
    return [{key: v for key, v in row.items() if v} for row in plan.plain(product_reading.plan(opportunity_id))]


def _write_products(actor: Actor, opportunity_id: int, value: Any) -> None:
    opportunity = _opportunity(opportunity_id)
    standing = product_reading.plan(opportunity_id)
    checked = record.Checked()
    lines = record.check_plan(value or [], checked)
    known = plan.match(lines, checked, standing)
    if checked.faults:
        raise messages.invalid(checked.faults)
    old, new = plan.plain(standing), plan.plain_lines(lines)
    if old != new:
        plan.replace(opportunity_id, lines, known, standing)
        writing.store(opportunity, opportunity.version, {})
        _tell(actor, opportunity, "products", old, new)


def _read_visits(opportunity_id: int) -> list[dict[str, str]]:
    return [visit_reading.as_row(visit) for visit in visit_reading.visits_of(opportunity_id)]


def _write_visits(actor: Actor, opportunity_id: int, value: Any) -> None:
    write_visits(actor, _opportunity(opportunity_id), value)


BOUND = {
    "amount": (_read("amount"), _write("amount")),
    "expected_on": (_read("expected_on"), _write("expected_on")),
    "terms": (_read("terms"), _write("terms")),
    "products": (_read_products, _write_products),
    "visits": (_read_visits, _write_visits),
}


def team_of(opportunity_id: int) -> int | None:
    """The team that sells."""
    return session.scalar(select(Opportunity.team_id).where(Opportunity.id == opportunity_id))


@lane_resolver("opportunity_owner")
def opportunity_owner(subject: SubjectRef, args: Arguments) -> Iterable[int]:
    """The accountable person while they are in the team, else whoever holds ``role`` there: customers are divided to
    persons, and so is the work."""
    if not subject.team_id:
        return ()
    role = str(args.get("role", "relationship"))
    members = people.team_members(subject.team_id)
    if subject.owner_id and any(m.person_id == subject.owner_id and m.role in (role, "leader") for m in members):
        standing = people.active_ids({subject.owner_id})
        if standing:
            return standing
    return people.team_role_holders(subject.team_id, role)


@lane_resolver("deciding_leader")
def deciding_leader(subject: SubjectRef, args: Arguments) -> Iterable[int]:
    """The team's leaders but the accountable person: who sells does not decide, whoever wrote the terms down (D3)."""
    leaders = people.team_role_holders(subject.team_id, "leader") if subject.team_id else []
    return [person for person in leaders if person != subject.owner_id]


@options("products")
def products(subject: SubjectRef) -> Iterable[tuple[str, Mapping[str, str]]]:
    """The catalogue; what this plan holds already stays choosable when it is retired."""
    found = {option["key"]: option["title"] for option in product_reading.offered()}
    for row in product_reading.plan(subject.id):
        found.setdefault(row.code, {"zh": row.name, "en": row.name_en or row.name})
    return sorted(found.items())


@guard("visit_recorded")
def visit_recorded(subject: SubjectRef, args: Arguments, context: GuardContext) -> MissingItem | None:
    """At least ``count`` visits of this sale are recorded, or stand in the table ``field`` that is being handed in."""
    need = int(args.get("count", 1))
    have = visit_reading.visit_count(subject.id)
    if have < need:
        rows = context.fields.get(str(args.get("field", "")))
        typed = [row for row in rows if isinstance(row, Mapping) and row.get("said")] if isinstance(rows, list) else []
        have = max(have, len(typed))
    if have >= need:
        return None
    return MissingItem("guard", "visit_recorded", _l("Record the visit: place, people and what was said."))


@guard("amount_within_authority")
def amount_within_authority(subject: SubjectRef, args: Arguments, context: GuardContext) -> MissingItem | None:
    """The amount is one that the leader may decide on alone."""
    amount = session.scalar(select(Opportunity.amount).where(Opportunity.id == subject.id))
    limit = authority()
    if amount is not None and amount <= limit:
        return None
    return MissingItem(
        "guard",
        "amount_within_authority",
        _l("The amount is above %(limit)s yuan: approve and pass it to the approving unit.", limit=f"{limit:,.0f}"),
    )


@guard("objections_settled")
def objections_settled(subject: SubjectRef, args: Arguments, context: GuardContext) -> MissingItem | None:
    """No objection of the table ``field`` is still open."""
    rows = context.fields.get(str(args.get("field", "objections")))
    rows = rows if isinstance(rows, list) else []
    if not any(isinstance(row, Mapping) and row.get("result") == "open" for row in rows):
        return None
    return MissingItem(
        "guard",
        "objections_settled",
        _l("An objection is still open: resolve it, or send the plan back to be changed."),
    )


def register() -> None:
    """Make opportunities a subject of workflows."""
    registry.subject_kind(writing.KIND, describe=describe, bound=BOUND, team_of=team_of, url=address)
