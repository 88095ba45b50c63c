"""What stands in the calendar of whoever serves customers: birthdays, maturities, checks, contacts that are due (D35, D51)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, extract, func, or_, select

from app.core import calendar, clock
from app.core.actor import Actor
from app.core.database import session
from app.core.texts import _, ngettext, text
from app.customers import permissions
from app.customers.models import Customer, CustomerDate, KeyPerson
from app.customers.rules import lists
from app.customers.rules.birthdays import birthday_in, marks
from app.web.dates import DateEntry

MOST = 1000
"""Entries of one kind in one answer; nobody reads more in a calendar."""


def dates_of(customer_id: int) -> Sequence[CustomerDate]:
    """The days of one customer that are still ahead or open, next ones first."""
    return session.scalars(
        select(CustomerDate)
        .where(
            CustomerDate.customer_id == customer_id, CustomerDate.removed_at.is_(None), CustomerDate.done_at.is_(None)
        )
        .order_by(CustomerDate.day, CustomerDate.id)
        .limit(50)
    ).all()


def own_dates(actor: Actor, start: datetime, end: datetime) -> Sequence[DateEntry]:
    """Maturities and checks of the customers that the actor (or whom they stand in for) holds."""
    return dates_of_people(actor, actor.selves, start, end)


def dates_of_people(actor: Actor, ids: Collection[int], start: datetime, end: datetime) -> Sequence[DateEntry]:
    """The same of several people's customers, those the actor may see. One statement."""
    if not actor.may(permissions.VIEW):
        return []
    first, last = _days(start, end)
    rows = session.execute(
        select(
            CustomerDate.id, CustomerDate.kind, CustomerDate.day, CustomerDate.text, CustomerDate.amount,
            CustomerDate.done_at, Customer.id.label("customer_id"), Customer.name, Customer.holder_id,
        )
        .join(Customer, Customer.id == CustomerDate.customer_id)
        .where(
            CustomerDate.day.between(first, last), CustomerDate.removed_at.is_(None), _held(actor, ids),
        )
        .order_by(CustomerDate.day, CustomerDate.id)
        .limit(MOST)
    )  # fmt: skip
    kinds = {entry.key: text(entry.title) for entry in lists.entries("date_kinds")}
    return [
        DateEntry(
            f"customer-date-{row.id}",
            calendar.start_of_day(row.day),
            _(
                "%(kind)s: %(customer)s – %(text)s",
                kind=kinds.get(row.kind, row.kind),
                customer=row.name,
                text=row.text,
            ),
            f"/customers/{row.customer_id}",
            all_day=True,
            icon="cash" if row.kind == "maturity" else "clipboard-check" if row.kind == "check" else "calendar-event",
            done=row.done_at is not None,
            person_id=row.holder_id,
            remind=row.done_at is None,
        )
        for row in rows
    ]


def own_birthdays(actor: Actor, start: datetime, end: datetime) -> Sequence[DateEntry]:
    """Birthdays of the key persons of the customers that the actor holds."""
    return birthdays_of_people(actor, actor.selves, start, end)


def birthdays_of_people(actor: Actor, ids: Collection[int], start: datetime, end: datetime) -> Sequence[DateEntry]:
    """The same of several people's customers, those the actor may see. One statement."""
    if not actor.may(permissions.VIEW):
        return []
    first, last = _days(start, end)
    mark = extract("month", KeyPerson.birthday) * 100 + extract("day", KeyPerson.birthday)
    rows = session.execute(
        select(KeyPerson.id, KeyPerson.name, KeyPerson.birthday, Customer.id.label("customer_id"),
               Customer.name.label("customer"), Customer.holder_id)
        .join(Customer, Customer.id == KeyPerson.customer_id)
        .where(
            KeyPerson.birthday.is_not(None), KeyPerson.removed_at.is_(None), _held(actor, ids),
            or_(*(mark.between(low, high) for low, high in marks(first, last))),
        )
        .order_by(KeyPerson.id)
        .limit(MOST)
    )  # fmt: skip
    found = []
    for row in rows:
        for year in range(first.year, last.year + 1):
            day = birthday_in(row.birthday, year)
            if first <= day <= last:
                found.append(_birthday(row, day))
    return found


def _birthday(row: Any, day: date) -> DateEntry:
    return DateEntry(
        f"birthday-{row.id}-{day.year}",
        calendar.start_of_day(day),
        _("Birthday: %(name)s (%(customer)s)", name=row.name, customer=row.customer),
        f"/customers/{row.customer_id}",
        all_day=True,
        icon="star",
        person_id=row.holder_id,
        remind=True,
    )


def own_contacts(actor: Actor, start: datetime, end: datetime) -> Sequence[DateEntry]:
    """The contacts that the tiers ask of the actor."""
    return contacts_of_people(actor, actor.selves, start, end)


def contacts_of_people(actor: Actor, ids: Collection[int], start: datetime, end: datetime) -> Sequence[DateEntry]:
    """How many customers of each person fall due on a day; what is overdue stands under today. Two statements at most (D51)."""
    if not actor.may(permissions.VIEW):
        return []
    first, last = _days(start, end)
    today = clock.today()
    within: ColumnElement[bool] = Customer.contact_due_on.between(max(first, today), last)
    if first <= today <= last:
        within = or_(within, Customer.contact_due_on < today)
    elif last < today:
        return []
    heap = case((Customer.contact_due_on < today, None), else_=Customer.contact_due_on).label("heap")
    due = select(Customer.holder_id, Customer.id, Customer.name, heap).where(within, _held(actor, ids)).subquery()
    # everything overdue is one heap, everything else a heap a day
    rows = session.execute(
        select(due.c.holder_id, due.c.heap, func.count(), func.max(due.c.name), func.max(due.c.id))
        .group_by(due.c.holder_id, due.c.heap)
        .limit(MOST)
    )
    return [_contact(holder, heap, count, name, one, today) for holder, heap, count, name, one in rows]


def _contact(holder: int, heap: date | None, count: int, name: str, customer_id: int, today: date) -> DateEntry:
    late, on = heap is None, heap or today
    if count == 1:
        title = _("Contact overdue: %(name)s", name=name) if late else _("Contact due: %(name)s", name=name)
        url = f"/customers/{customer_id}"
    elif late:
        title = ngettext("%(num)s contact overdue", "%(num)s contacts overdue", count)
        url = f"/customers?holder={holder}&due=overdue"
    else:
        title = ngettext("%(num)s customer to contact", "%(num)s customers to contact", count)
        url = f"/customers?holder={holder}&sort=due"
    uid = f"contacts-{holder}-{'overdue' if late else on.isoformat()}"
    return DateEntry(uid, calendar.start_of_day(on), title, url, all_day=True, icon="call", person_id=holder)


def _held(actor: Actor, ids: Collection[int]) -> ColumnElement[bool]:
    return and_(Customer.holder_id.in_(sorted(ids)), permissions.reached(actor))


def _days(start: datetime, end: datetime) -> tuple[date, date]:
    """First and last day of a span whose end is not part of it."""
    return clock.local(start).date(), clock.local(end - timedelta(microseconds=1)).date()
