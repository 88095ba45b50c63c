"""D37, the order of urgency: one rule, and the lists of the database follow it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import clock
from app.core.database import session
from app.work.queries.item_lists import items_page
from app.work.queries.mine import my_items
from app.workflow.rules.urgency import PRIORITIES, by_urgency, is_overdue, urgency
from tests.factories import people, work

MOMENTS = st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda m: m.replace(tzinfo=UTC))  # noqa: DTZ001
THINGS = st.lists(st.tuples(MOMENTS, st.integers(0, 2)), max_size=30)
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@given(THINGS)
def test_overdue_comes_first_then_by_day_then_by_priority(things):
    numbered = [(due, priority, number) for number, (due, priority) in enumerate(things)]
    ordered = by_urgency(numbered, key=lambda thing: thing)
    late = [is_overdue(due, NOW) for due, _priority, _number in ordered]
    assert late == sorted(late, reverse=True)
    for (due, priority, number), (after, lighter, later) in zip(ordered, ordered[1:], strict=False):
        assert urgency(due, priority, number) < urgency(after, lighter, later)
        if due == after:
            assert priority > lighter or (priority == lighter and number < later)
        else:
            assert after is None or (due is not None and due < after)


@pytest.mark.parametrize("read", ["today and hub", "programs"])
def test_the_lists_follow_the_rule(database, read):
    office = work.create_office(1)
    today = clock.today()
    for number in range(9):
        day = today + timedelta(days=number % 3) if number % 4 else None
        work.assign(office, office.ids[0], title=f"{number}", due_on=day, priority=PRIORITIES[number % 3 - 1])
    session.commit()
    doer = people.actor(office.staff[0])
    if read == "programs":
        rows = items_page(doer).items
    else:
        rows = my_items(doer).lists.mine
    assert len(rows) == 9
    assert list(rows) == by_urgency(rows)
