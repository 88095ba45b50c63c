"""Absences: a deputy for a range of days that ends by itself; no chains, no circles."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core import clock
from app.core.actor import SYSTEM
from app.core.database import session, unit_of_work
from app.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from app.people import operations, queries
from tests.factories import people as make

pytestmark = pytest.mark.usefixtures("database")


def away(person, deputy, first: date, last: date, actor=SYSTEM) -> int:
    return operations.record_absence(actor, person.id, deputy_id=deputy.id, first=first, last=last)


def test_the_deputy_stands_in_exactly_on_these_days(frozen_clock) -> None:
    person, deputy = make.create_person(), make.create_person()
    day = clock.today()
    away(person, deputy, day + timedelta(days=1), day + timedelta(days=2))
    seen = []
    for _ in range(4):
        seen.append(make.actor(deputy).stands_in_for)
        assert (queries.deputy_of(person.id) == deputy.id) is bool(seen[-1])
        frozen_clock.move(days=1)
    assert seen == [frozenset(), {person.id}, {person.id}, frozenset()]
    with pytest.raises(Forbidden):
        make.actor(deputy).on_behalf_of(person.id)


def test_back_early_and_withdrawn() -> None:
    person, deputy = make.create_person(), make.create_person()
    now = away(person, deputy, clock.today(), clock.today() + timedelta(days=9))
    operations.end_absence(make.actor(person), now)
    assert queries.deputy_of(person.id) is None
    planned = away(person, deputy, clock.today() + timedelta(days=3), clock.today() + timedelta(days=5))
    operations.end_absence(make.actor(person), planned)
    assert queries.absences_of(person.id) == []
    with pytest.raises(NotFound):
        operations.end_absence(make.actor(person), planned)


def test_what_is_refused_and_where_it_says_so() -> None:
    a, b, c = (make.create_person() for _ in range(3))
    day = clock.today()
    away(a, b, day, day + timedelta(days=5))
    cases = [
        (a, c, day + timedelta(days=5), day + timedelta(days=6), "first"),
        (c, a, day, day, "deputy_id"),
        (b, c, day, day, "first"),
        (c, c, day, day, "deputy_id"),
        (c, b, day + timedelta(days=2), day, "last"),
        (c, b, day - timedelta(days=9), day - timedelta(days=8), "last"),
        (c, b, day, day + timedelta(days=2000), "last"),
    ]
    for person, deputy, first, last, field in cases:
        with pytest.raises(Invalid) as refused:
            away(person, deputy, first, last)
        assert refused.value.errors[0].field == field
    away(c, b, day, day)  # one deputy for two is no chain


def test_one_records_for_oneself_only_with_a_colleague() -> None:
    here, there = make.create_unit(parent=make.root()), make.create_unit(parent=make.root())
    person, near, far = make.create_person(unit=here), make.create_person(unit=here), make.create_person(unit=there)
    me, day = make.actor(person), clock.today()
    with pytest.raises(Invalid):
        away(person, far, day, day, me)
    with pytest.raises(NotFound):
        away(near, person, day, day, me)
    away(person, near, day, day, me)
    boss = make.actor(make.create_person(unit=here, role="supervisor"))
    away(near, person, day + timedelta(days=9), day + timedelta(days=9), boss)
    with pytest.raises(NotFound):
        operations.end_absence(me, queries.absences_of(near.id)[0].id)


def test_ended_twice_is_a_conflict(frozen_clock) -> None:
    person, deputy = make.create_person(), make.create_person()
    absence = away(person, deputy, clock.today(), clock.today())
    frozen_clock.move(days=3)
    with pytest.raises(Conflict):
        operations.end_absence(SYSTEM, absence)


def test_two_who_name_each_other_at_once(at_once) -> None:
    a, b = make.create_person(), make.create_person()
    day = clock.today()

    def record(person: int, deputy: int):
        def run() -> None:
            with unit_of_work():
                operations.record_absence(SYSTEM, person, deputy_id=deputy, first=day, last=day)

        return run

    answers = at_once(record(a.id, b.id), record(b.id, a.id))
    assert sum(answer is None for answer in answers) == 1
    assert isinstance(next(answer for answer in answers if answer is not None), Invalid)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 12), st.integers(0, 5)), max_size=12))
def test_on_no_day_is_a_deputy_away(plans: list[tuple[int, int, int, int]]) -> None:
    with session.begin_nested() as nested:
        people = [make.create_person() for _ in range(4)]
        day = clock.today()
        for who, deputy, start, length in plans:
            try:
                first = day + timedelta(days=start)
                away(people[who], people[deputy], first, first + timedelta(days=length))
            except DomainError:
                continue
        for n in range(20):
            standing_in = queries.deputies_of([person.id for person in people], day + timedelta(days=n))
            assert not set(standing_in) & set(standing_in.values())
        nested.rollback()


def test_nobody_makes_themselves_the_deputy_of_another() -> None:
    """A deputy decides in the absent person's place: whoever records absences would otherwise grant to themselves."""
    unit, day = make.create_unit(parent=make.root()), clock.today()
    person, near = make.create_person(unit=unit), make.create_person(unit=unit)
    for role in ("hr", "supervisor"):
        clerk = make.create_person(unit=unit, role=role)
        with pytest.raises(Invalid) as refused:
            away(person, clerk, day, day, make.actor(clerk))
        assert refused.value.errors[0].field == "deputy_id"
    away(person, near, day, day, make.actor(clerk))
