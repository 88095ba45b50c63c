"""Who serves whom: dated portfolios, and the columns of the customer that repeat the row in force (D17, D51)."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import or_, select, update

from app.core import audit, clock
from app.core.actor import SYSTEM, Actor
from app.core.database import changed_one, session, unit_of_work
from app.core.dated import in_force
from app.core.errors import Conflict, DomainError, Invalid
from app.core.texts import _l
from app.customers import messages, permissions, signals
from app.customers.models import Customer, Portfolio
from app.customers.operations.due import next_due
from app.customers.operations.owners import POOL, check_team, home_unit, is_active
from app.customers.queries import customers as reading
from app.customers.queries.tiers import frequencies
from app.customers.rules import values
from app.customers.rules.record import Checked, is_storable
from app.people import queries as people
from app.people.models import Person

ASSIGNED = audit.declare(
    "customers.assigned", _l("Holder of a customer decided"), keys=("from_day", "former", "holder", "team")
)
FURTHEST_AHEAD = 366
PIECE = 200
"""Customers dealt with in one short transaction of a job."""


def assign_holder(
    actor: Actor,
    customer_id: int,
    holder_id: int | None,
    *,
    team_id: int | None = None,
    from_day: date | None = None,
    reason: str = "",
    version: int | None = None,
) -> Portfolio:
    """Give a customer to a holder from a day on (today); ``holder_id`` None or 0 puts it into the open pool.

    What was planned for later days is withdrawn; what held before that day stays as it was. Days past are refused: the
    history of who served whom is not rewritten here. Raises ``NotFound``, ``Forbidden``, ``Invalid``, ``Conflict``.
    """
    customer = reading.customer_for(actor, customer_id, permissions.ASSIGN)
    if version is not None and customer.version != version:
        raise Conflict()
    today = clock.today()
    day = from_day or today
    holder = holder_id if holder_id not in (None, POOL) else None
    checked = Checked()
    if not today <= day <= today + timedelta(days=FURTHEST_AHEAD):
        raise Invalid("from_day", "out_of_range", _l("Choose today or a day within the next year."))
    if not is_storable(reason) or len(reason) > values.REASON_LIMIT:
        raise Invalid("reason", "too_long", messages.MESSAGES["too_long"])
    if holder is not None and not is_active(holder):
        checked.fault("holder_id", "unknown_holder")
    elif holder is not None and team_id is None:
        team_id = _team_for(actor, customer, holder, checked)
    if not checked.faults:
        check_team(team_id, holder, checked)
        _check_reach(actor, customer, holder, team_id, checked)
    if checked.faults:
        raise messages.invalid(checked.faults)
    return _write(actor, customer, holder, team_id, day, reason)


def _team_for(actor: Actor, customer: Customer, holder: int, checked: Checked) -> int | None:
    """The customer's own team if the holder is in it, else the holder's only one."""
    teams = [team.id for team, _roles in people.teams_of(holder)]
    if customer.team_id in teams:
        return customer.team_id
    shared = [team for team in teams if team in actor.team_ids] or teams
    if len(shared) > 1:
        checked.fault("team_id", "required")
    return shared[0] if len(shared) == 1 else None


def _check_reach(actor: Actor, customer: Customer, holder: int | None, team: int | None, checked: Checked) -> None:
    """A leader hands over within the team; who answers for the unit may give to anybody whose team or post is in it."""
    if permissions.reaches(actor, permissions.ASSIGN, person=None, team=team, unit=None):
        return
    if holder is None:
        unit: int | None = customer.unit_id
    elif team is not None:
        unit = next((t.unit_id for t, _roles in people.teams_of(holder) if t.id == team), None)
    else:
        unit = home_unit(holder)
    if not permissions.reaches(actor, permissions.ASSIGN, person=None, team=None, unit=unit):
        checked.fault("holder_id", "outside")


def _write(actor: Actor, customer: Customer, holder: int | None, team: int | None, day: date, reason: str) -> Portfolio:
    now = clock.now()
    reached = session.scalars(
        select(Portfolio).where(
            Portfolio.customer_id == customer.id,
            Portfolio.superseded_at.is_(None),
            or_(Portfolio.valid_to.is_(None), Portfolio.valid_to > day),
        )
    ).all()
    # the columns follow first: of two who decide at once one meets a changed version here
    if day <= clock.today():
        _follow(customer, holder, team, day)
    for row in reached:
        row.superseded_at = now
    session.flush()
    for row in reached:
        if row.valid_from < day:
            session.add(
                Portfolio(
                    customer_id=customer.id, holder_id=row.holder_id, team_id=row.team_id, valid_from=row.valid_from,
                    valid_to=day, origin=row.origin, reason=row.reason, recorded_by=row.recorded_by, recorded_at=now,
                )
            )  # fmt: skip
    new = Portfolio(
        customer_id=customer.id, holder_id=holder, team_id=team, valid_from=day, origin="existing", reason=reason.strip(),
        recorded_by=actor.id or None, recorded_at=now,
    )  # fmt: skip
    session.add(new)
    session.flush()
    former = reached[0].holder_id if reached else None
    audit.record(
        actor, ASSIGNED, target=("customer", customer.id), from_day=day, former=former, holder=holder, team=team
    )
    signals.holder_changed.send(
        customer_id=customer.id, holder_id=holder, team_id=team, former_id=former, person_id=actor.id
    )
    return new


def _follow(customer: Customer, holder: int | None, team: int | None, since: date) -> None:
    last = clock.local(customer.last_contact_at).date() if customer.last_contact_at else None
    moved = changed_one(
        update(Customer)
        .where(Customer.id == customer.id, Customer.version == customer.version)
        .values(
            holder_id=holder,
            team_id=team,
            since=since,
            contact_due_on=next_due(frequencies(), customer.tier, holder, last, since),
            version=customer.version + 1,
            updated_at=clock.now(),
        )
    )
    if not moved:
        raise Conflict()
    session.refresh(customer)


def assign_many(
    actor: Actor, customer_ids: Sequence[int], holder_id: int | None, *, team_id: int | None = None, reason: str = ""
) -> tuple[int, list[tuple[int, DomainError]]]:
    """Give several customers to a holder today: how many were given, and those that could not be, with the refusal."""
    given, refused = 0, []
    for customer_id in dict.fromkeys(customer_ids):
        try:
            with session.begin_nested():
                assign_holder(actor, customer_id, holder_id, team_id=team_id, reason=reason)
            given += 1
        except DomainError as error:
            refused.append((customer_id, error))
    return given, refused


def hand_over(actor: Actor, from_id: int, to_id: int | None, reason: str = "", *, most: int = PIECE) -> int:
    """Give up to ``most`` customers of a leaver to a successor, or to the open pool, from today on; returns how many.

    Called when a person leaves (``people.person_left``), where the right to do so was checked; the job gives the rest.
    """
    teams = [team.id for team, _roles in people.teams_of(to_id)] if to_id is not None else []
    only = teams[0] if len(teams) == 1 else None
    customers = session.scalars(
        select(Customer).where(Customer.holder_id == from_id).order_by(Customer.id).limit(most)
    ).all()
    for customer in customers:
        keep = to_id is None or customer.team_id in teams
        _write(actor, customer, to_id, customer.team_id if keep else only, clock.today(), reason)
    return len(customers)


def hand_over_leavers() -> int:
    """Job: give what departed persons still hold to their successors, piece by piece; returns how many customers."""
    given = 0
    with unit_of_work():
        held = select(Customer.id).where(Customer.holder_id == Person.id).exists()
        leavers = session.execute(select(Person.id, Person.successor_id).where(Person.state == "left", held)).all()
    for person_id, successor_id in leavers:
        while True:
            with unit_of_work():
                done = hand_over(SYSTEM, person_id, successor_id)
            given += done
            if done < PIECE:
                break
    return given


def follow_portfolios() -> int:
    """Job: let customers follow portfolio rows that begin today; returns how many changed."""
    changed = 0
    while True:
        with unit_of_work():
            rows = session.execute(
                select(Customer, Portfolio.holder_id, Portfolio.team_id, Portfolio.valid_from)
                .join(Portfolio, Portfolio.customer_id == Customer.id)
                .where(
                    in_force(Portfolio),
                    Portfolio.valid_from > clock.today() - timedelta(days=30),
                    Portfolio.valid_from > Customer.since,
                )
                .limit(PIECE)
            ).all()
            for customer, holder, team, since in rows:
                _follow(customer, holder, team, since)
        changed += len(rows)
        if len(rows) < PIECE:
            return changed
