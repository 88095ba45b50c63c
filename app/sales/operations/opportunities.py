"""Opening, changing and closing opportunities."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.core import audit, clock, search
from app.core.actor import Actor
from app.core.database import changed_one, session
from app.core.errors import Conflict, Forbidden, NotFound
from app.core.texts import _, _l, language
from app.customers.models import Customer
from app.customers.queries import customers as customer_reading
from app.people import queries as people
from app.people.models import Team
from app.sales import messages, permissions, signals
from app.sales.models import Opportunity
from app.sales.operations import plan
from app.sales.queries import opportunities as reading
from app.sales.queries import products as product_reading
from app.sales.queries import runs
from app.sales.rules import record
from app.sales.rules.proposal import ACCOUNTABLE, may_change
from app.workflow import operations as workflow
from app.workflow.models import Run, Turn
from app.workflow.registry import SubjectRef

OPENED = audit.declare("sales.opportunity_opened", _l("Opportunity opened"), keys=("customer", "run"))
CHANGED = audit.declare("sales.opportunity_changed", _l("Opportunity changed"), keys=("step",))
CLOSED = audit.declare("sales.opportunity_closed", _l("Opportunity closed"), keys=("end", "reason_key"))
KIND = "opportunity"


def open_opportunity(
    actor: Actor,
    *,
    customer_id: int,
    title: str,
    amount: Decimal | str | None = None,
    expected_on: Any = None,
    source: str | None = None,
    team_id: int | None = None,
    owner_id: int | None = None,
    submission: str | None = None,
) -> Opportunity:
    """Open an opportunity and start its sale. With one team it is that one; without an owner it is who acts.

    ``submission`` marks the form: sent twice it gives the first one again. Raises ``Forbidden``, ``Invalid``
    (``customer_id``, ``team_id``, ``owner_id`` and the fields of ``rules.record``). That the customer has another open
    opportunity is a warning (``queries.open_for_customer``), not a bar.
    """
    actor.require(permissions.CREATE)
    mark = (submission or "")[:64] or None
    if mark:
        known = session.scalar(
            select(Opportunity).where(Opportunity.created_by == actor.id, Opportunity.submission == mark)
        )
        if known is not None:
            return known
    checked = record.check({"title": title, "amount": amount, "expected_on": expected_on, "source": source})
    customer = _customer(actor, customer_id, checked)
    team, owner = _owners(actor, customer, team_id, owner_id, checked)
    if checked.faults or customer is None or team is None:
        raise messages.invalid(checked.faults)
    opportunity = Opportunity(
        customer_id=customer.id, team_id=team.id, unit_id=team.unit_id, owner_id=owner, submission=mark,
        created_by=actor.id or None, search_text=_words(checked.values["title"], customer), **checked.values,
    )  # fmt: skip
    session.add(opportunity)
    try:
        session.flush()
    except IntegrityError as error:  # the same form at the same instant; the caller's unit is over with it
        raise Conflict() from error
    subject = SubjectRef(
        KIND, opportunity.id, label(customer.name, opportunity.title), team.unit_id, team.id, opportunity.owner_id
    )
    run = workflow.start(actor, runs.PROCESS, subject, team.unit_id, team.id, owner_id=opportunity.owner_id)
    opportunity.run_id = run.id
    session.flush()
    audit.record(
        actor, OPENED, target=(KIND, opportunity.id), customer=customer.id, run=run.id,
        changes={name: (None, value) for name, value in checked.values.items() if value not in (None, "")},
    )  # fmt: skip
    signals.opportunity_opened.send(
        opportunity_id=opportunity.id, run_id=run.id, customer_id=customer.id, person_id=actor.id
    )
    return opportunity


def label(customer: str, title: str) -> str:
    """The name under which a sale stands in lists of turns."""
    return f"{customer} · {title}"[:300]


def _words(title: str, customer: Customer) -> str:
    return search.index_text(title, customer.name, customer.number)


def _customer(actor: Actor, customer_id: Any, checked: record.Checked) -> Customer | None:
    try:
        if isinstance(customer_id, int) and not isinstance(customer_id, bool):
            return customer_reading.customer_for(actor, customer_id)
    except NotFound:
        pass
    checked.fault("customer_id", "unknown_customer")
    return None


def _owners(
    actor: Actor, customer: Customer | None, team_id: int | None, owner_id: int | None, checked: record.Checked
) -> tuple[Any, int]:
    """The team that sells and the person who is accountable; what is wrong is noted."""
    owner = owner_id if owner_id is not None else (actor.behalf or actor.id)
    if team_id is None:
        own = [team.id for team, _roles in people.teams_of(owner)] if 0 < owner <= reading.MAX_ID else []
        if customer is not None and customer.team_id in own:
            team_id = customer.team_id
        elif len(own) == 1:
            team_id = own[0]
        else:
            checked.fault("team_id", "choose_team" if own else "no_team")
            return None, owner
    team = _team(actor, team_id)
    if team is None:
        checked.fault("team_id", "unknown_team")
    elif not _accountable(team.id, owner):
        checked.fault("owner_id" if owner_id is not None else "team_id", "not_in_team")
    return team, owner


def _team(actor: Actor, team_id: int) -> Any:
    """An open team within the actor's right to open opportunities."""
    if not isinstance(team_id, int) or not 0 < team_id <= reading.MAX_ID:
        return None
    if not actor.is_system and team_id not in actor.require(permissions.CREATE).team_ids:
        return None
    return session.execute(
        select(Team.id, Team.unit_id).where(Team.id == team_id, Team.closed_on.is_(None))
    ).one_or_none()


def _accountable(team_id: int, person_id: int) -> bool:
    return any(m.person_id == person_id and m.role in ACCOUNTABLE for m in people.team_members(team_id))


def change_opportunity(actor: Actor, opportunity_id: int, version: int, **given: Any) -> Opportunity:
    """Change the given fields (``rules.record.FIELDS``, ``products``, ``owner_id``); the others stay.

    What was proposed for decision – amount, products, terms – only the proposer changes; then a decision that rested on
    it is void. Raises ``NotFound``, ``Forbidden``, ``Invalid`` and ``Conflict`` for a stale version.
    """
    view = reading.opportunity_view(actor, opportunity_id, permissions.CHANGE)
    opportunity = view.opportunity
    if view.run.state != "open":
        raise Conflict(_l("This opportunity is closed. It can no longer be changed."))
    if opportunity.version != version:
        raise Conflict()
    checked = record.check(given)
    standing = product_reading.plan(opportunity.id) if "products" in given else []
    lines = record.check_plan(given["products"], checked) if "products" in given else []
    known = plan.match(lines, checked, standing)
    columns = dict(checked.values)
    if given.get("owner_id") is not None and given["owner_id"] != opportunity.owner_id:
        columns["owner_id"] = given["owner_id"]
        if permissions.CLOSE not in view.may:
            raise Forbidden(
                permissions.CLOSE, _l("Only who is accountable, the leader or the supervisor hands a sale over.")
            )
        if not _accountable(opportunity.team_id, given["owner_id"]):
            checked.fault("owner_id", "not_in_team")
    if checked.faults:
        raise messages.invalid(checked.faults)
    changes = {n: (getattr(opportunity, n), v) for n, v in columns.items() if getattr(opportunity, n) != v}
    if plan.plain_lines(lines) != plan.plain(standing):
        changes["products"] = (plan.plain(standing), plan.plain_lines(lines))
    if not changes:
        return opportunity
    check_proposal(actor, view.run, changes)
    store(opportunity, version, {n: v for n, (_old, v) in changes.items() if n != "products"}, view.customer)
    if "products" in changes:
        plan.replace(opportunity.id, lines, known, standing)
    if "title" in changes:
        workflow.relabel(view.run.id, label(view.customer.name, opportunity.title))
    if "owner_id" in changes:
        hand_over(actor, view.run.id, *changes["owner_id"])
    _tell(actor, opportunity, changes)
    if opportunity.run_id is not None:
        workflow.subject_changed(actor, opportunity.run_id, {name: new for name, (_old, new) in changes.items()})
    return opportunity


def hand_over(actor: Actor, run_id: int, old: int, new: int) -> None:
    """Make another person accountable; what waits for the former one waits for the new one, its deadlines kept."""
    workflow.change_owner(actor, run_id, new)
    run = session.get_one(Run, run_id)
    steps = runs.definition_of(run).steps
    held = session.execute(
        select(Turn.id, Turn.step).where(Turn.run_id == run_id, Turn.state == "waiting", Turn.assignee_id == old)
    )
    for turn_id, step in held.all():
        if step not in steps or not runs.is_decision(steps[step]):  # who decides does not follow who sells
            workflow.reassign(actor, turn_id, new, _("Handed over with the opportunity."))


def follow_leaver(actor: Actor, person_id: int, successor_id: int | None) -> int:
    """Give the open opportunities of somebody who left to the successor, else to the team: nobody is left without one."""
    rows = session.execute(
        select(Opportunity.id, Opportunity.team_id, Opportunity.run_id)
        .join(Run, Run.id == Opportunity.run_id)
        .where(Opportunity.owner_id == person_id, Run.state == "open")
        .order_by(Opportunity.id)
    ).all()
    teams = people.members_of({row.team_id for row in rows})
    given = 0
    for row in rows:
        able = [member.person_id for member in teams.get(row.team_id, ()) if member.role in ACCOUNTABLE]
        able = [i for i in able if i != person_id]
        new = successor_id if successor_id in able else next(iter(able), None)
        if new is None:
            continue
        opportunity = session.get_one(Opportunity, row.id)
        store(opportunity, opportunity.version, {"owner_id": new})
        workflow.change_owner(actor, row.run_id, new)
        _tell(actor, opportunity, {"owner_id": (person_id, new)})
        given += 1
    return given


def follow_customer(customer_id: int) -> None:
    """Find a renamed customer's opportunities under the new name."""
    customer = session.get_one(Customer, customer_id)
    for opportunity in session.scalars(select(Opportunity).where(Opportunity.customer_id == customer_id)).all():
        opportunity.search_text = _words(opportunity.title, customer)
        if opportunity.run_id is not None:
            workflow.relabel(opportunity.run_id, label(customer.name, opportunity.title))
    session.flush()


def check_proposal(actor: Actor, run: Any, fields: Mapping[str, Any]) -> None:
    """Refuse a change of what stands proposed by anybody but the proposer: an approver would approve their own plan."""
    proposers = runs.proposers(run)
    hands = {actor.id, actor.behalf or actor.id}
    if not actor.is_system and not may_change(fields, hands, proposers):
        names = (", " if language() == "en" else "\u3001").join(people.names(proposers).values())
        raise Forbidden(
            permissions.CHANGE,
            _l(
                "This has been proposed for a decision. %(names)s may change amount, products and terms, "
                "or the sale goes back to that step first.",
                names=names,
            ),
        )


def store(opportunity: Opportunity, version: int, columns: Mapping[str, Any], customer: Any = None) -> None:
    """Write the columns if the record is still at ``version``: of two who try at once exactly one wins."""
    values = {**columns, "version": version + 1, "updated_at": clock.now()}
    if "title" in columns and customer is not None:
        values["search_text"] = search.index_text(columns["title"], customer.name, customer.number)
    current = update(Opportunity).where(Opportunity.id == opportunity.id, Opportunity.version == version)
    if not changed_one(current.values(**values)):
        raise Conflict()
    session.refresh(opportunity)


def _tell(actor: Actor, opportunity: Opportunity, changes: Mapping[str, tuple[Any, Any]]) -> None:
    audit.record(actor, CHANGED, target=(KIND, opportunity.id), changes=changes)
    told = {name: [audit.plain(old), audit.plain(new)] for name, (old, new) in changes.items()}
    signals.opportunity_changed.send(opportunity_id=opportunity.id, person_id=actor.id, changes=told)


def close_opportunity(
    actor: Actor,
    opportunity_id: int,
    *,
    result: str,
    reason_key: str | None = None,
    reason: str = "",
    version: int | None = None,
) -> Opportunity:
    """Close as lost or cancelled from wherever the sale stands, for a reason of the tree, with words where it asks.

    A program may give the key as ``reason``; words that are no key count as "other". ``version`` is the
    opportunity's as it was seen. Raises ``NotFound``, ``Forbidden``, ``Invalid`` (``result``, ``reason_key``, ``reason``), ``Conflict``.
    """
    view = reading.opportunity_view(actor, opportunity_id, permissions.CLOSE)
    if version is not None and version != view.opportunity.version:
        raise Conflict()
    definition = runs.definition_of(view.run)
    end = definition.ends.get(result) if result in definition.close_from_anywhere else None
    if end is None:
        raise messages.invalid([("result", "unknown")])
    if not isinstance(reason, str) or not record.is_storable(reason):
        raise messages.invalid([("reason", "characters")])
    words = reason.strip()
    if len(words) > 2000:
        raise messages.invalid([("reason", "too_long")])
    key = reason_key or None
    if key is None and end.reason(words) is not None:
        key, words = words, ""
    if key is None and words and end.reason("other") is not None:
        key = "other"
    if key is None:
        raise messages.invalid([("reason_key" if reason_key is not None else "reason", "reason")])
    leaf = end.reason(key)
    if leaf is None or leaf.children:
        raise messages.invalid([("reason_key", "reason")])
    if key == "other" and not words:
        raise messages.invalid([("reason", "say_more")])
    workflow.close(actor, view.run.id, end=result, reason_key=key, reason=words)
    audit.record(actor, CLOSED, target=(KIND, opportunity_id), end=result, reason_key=key)
    return view.opportunity
