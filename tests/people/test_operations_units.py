"""The organisation tree changes by days; what was, stays (D8)."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core import clock
from app.core.actor import SYSTEM
from app.core.database import session
from app.core.errors import Conflict, DomainError, Forbidden, Invalid
from app.people import operations, queries
from app.people.rules import tree
from tests.factories import people as make

pytestmark = pytest.mark.usefixtures("database")

JUNE = date(2026, 6, 1)


def test_moving_on_a_day_leaves_the_day_before_as_it_was() -> None:
    root = make.root()
    a, b = make.create_unit(parent=root), make.create_unit(parent=root)
    outlet = make.create_unit(parent=a, level="outlet")
    operations.move_unit(SYSTEM, outlet.id, parent_id=b.id, day=JUNE)
    assert outlet.id in queries.unit_subtree(a.id, JUNE - timedelta(days=1))
    assert outlet.id not in queries.unit_subtree(a.id, JUNE)
    assert outlet.id in queries.unit_subtree(b.id, JUNE)
    assert queries.unit_path(outlet.id, JUNE) == [outlet.id, b.id, root.id]


def test_a_correction_shows_what_was_known_before(frozen_clock) -> None:
    root = make.root()
    a, b = make.create_unit(parent=root), make.create_unit(parent=root)
    outlet = make.create_unit(parent=a, level="outlet")
    before = frozen_clock.now
    frozen_clock.move(days=1)
    operations.move_unit(SYSTEM, outlet.id, parent_id=b.id, day=JUNE)
    assert queries.parents(JUNE)[outlet.id] == b.id
    assert queries.parents(JUNE, before)[outlet.id] == a.id
    assert len(queries.unit_history(outlet.id)) == 3


def test_renaming_keeps_the_old_name_for_old_days() -> None:
    unit = make.create_unit("鼓楼支行", parent=make.root())
    operations.rename_unit(SYSTEM, unit.id, name="鼓楼路支行", day=JUNE)
    assert queries.unit_names([unit.id], JUNE - timedelta(days=1)) == {unit.id: "鼓楼支行"}
    assert queries.unit_names([unit.id], JUNE) == {unit.id: "鼓楼路支行"}


def test_no_circles_also_not_through_a_planned_move() -> None:
    root = make.root()
    a = make.create_unit(parent=root, level="department")
    b = make.create_unit(parent=root, level="department")
    with pytest.raises(Invalid):
        operations.move_unit(SYSTEM, root.id, parent_id=a.id)
    assert not tree.makes_circle(a.id, b.id, queries.parents())


def test_levels_must_fall() -> None:
    outlet = make.create_unit(parent=make.root(), level="outlet")
    with pytest.raises(Invalid) as refused:
        operations.place_unit(SYSTEM, code="X1", name="省分行", level="provincial_branch", parent_id=outlet.id)
    assert refused.value.errors[0].field == "parent_id"


@pytest.mark.parametrize(
    ("field", "typed"),
    [("code", {"code": "a b"}), ("code", {"code": ""}), ("name", {"name": " "}), ("level", {"level": "moon"})],
)
def test_bad_input_is_told_at_its_field(field: str, typed: dict[str, str]) -> None:
    given_ = {"code": "N1", "name": "南京", "level": "outlet", "parent_id": make.root().id, **typed}
    with pytest.raises(Invalid) as refused:
        operations.place_unit(SYSTEM, **given_)
    assert refused.value.errors[0].field == field


def test_a_unit_that_holds_somebody_cannot_be_closed() -> None:
    unit = make.create_unit(parent=make.root())
    person = make.create_person(unit=unit)
    with pytest.raises(Conflict):
        operations.close_unit(SYSTEM, unit.id)
    operations.post_person(SYSTEM, person.id, unit_id=make.root().id, post="teller", day=clock.today())
    operations.close_unit(SYSTEM, unit.id)
    assert queries.unit_for(SYSTEM, unit.id).closed
    assert unit.id in queries.unit_subtree(make.root().id)
    operations.reopen_unit(SYSTEM, unit.id)
    assert not queries.unit_for(SYSTEM, unit.id).closed


def test_a_stale_version_is_a_conflict() -> None:
    unit = make.create_unit(parent=make.root())
    operations.rename_unit(SYSTEM, unit.id, name="一", version=1)
    with pytest.raises(Conflict):
        operations.rename_unit(SYSTEM, unit.id, name="二", version=1)


def test_hr_of_one_branch_changes_only_that_branch() -> None:
    root = make.root()
    mine, other = make.create_unit(parent=root), make.create_unit(parent=root)
    hr = make.actor(make.create_person(unit=mine, role="hr"))
    operations.place_unit(hr, code="M1", name="我的网点", level="outlet", parent_id=mine.id)
    with pytest.raises(Forbidden):
        operations.place_unit(hr, code="O1", name="别人的网点", level="outlet", parent_id=other.id)
    with pytest.raises(Forbidden):
        operations.move_unit(hr, mine.id, parent_id=other.id)


def test_two_moves_at_once_make_no_circle(at_once) -> None:
    root = make.root()
    for level in ("provincial_branch", "sub_branch"):
        operations.set_term(SYSTEM, kind="level", key=level, zh=level, en=level, position=20)
    a = make.create_unit(parent=root, level="provincial_branch")
    b = make.create_unit(parent=root, level="provincial_branch")
    operations.set_term(SYSTEM, kind="level", key="department", zh="部门", en="Department", position=50)
    operations.rename_unit(SYSTEM, a.id, name="甲", level="department")
    operations.rename_unit(SYSTEM, b.id, name="乙", level="department")

    def move(unit: int, under: int):
        def run() -> None:
            from app.core.database import unit_of_work

            with unit_of_work():
                operations.move_unit(SYSTEM, unit, parent_id=under)

        return run

    at_once(move(a.id, b.id), move(b.id, a.id))
    found = queries.parents()
    assert not (found[a.id] == b.id and found[b.id] == a.id)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 20)), max_size=6))
def test_random_moves_leave_a_tree_on_every_day(moves: list[tuple[int, int, int]]) -> None:
    with session.begin_nested() as nested:
        root = make.root()
        units = [make.create_unit(parent=root, level="provincial_branch")]
        units += [make.create_unit(parent=units[0], level=level) for level in ("sub_branch", "outlet")]
        units += [make.create_unit(parent=root, level="sub_branch"), make.create_unit(parent=root, level="department")]
        for which, under, after in moves:
            try:
                operations.move_unit(
                    SYSTEM, units[which].id, parent_id=units[under].id, day=JUNE + timedelta(days=after)
                )
            except DomainError:
                continue
        for n in range(-1, 22):
            parents = queries.parents(JUNE + timedelta(days=n))
            assert all(tree.above(unit.id, parents)[-1] == root.id for unit in units)
        nested.rollback()
