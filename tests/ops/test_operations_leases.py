"""One process at a time runs the jobs."""

from app.core.database import unit_of_work
from app.ops.operations import leases


def hold(holder: str, seconds: int = 45) -> bool:
    with unit_of_work():
        return leases.hold("runner", holder, seconds)


def test_the_first_holds_it_and_renews_it(app, frozen_clock):
    assert hold("a")
    assert not hold("b")
    frozen_clock.move(seconds=40)
    assert hold("a")
    frozen_clock.move(seconds=40)
    assert not hold("b")


def test_who_stops_renewing_loses_it(app, frozen_clock):
    assert hold("a")
    frozen_clock.move(seconds=46)
    assert hold("b")
    assert not hold("a")


def test_given_back_it_is_free_at_once(app):
    assert hold("a")
    with unit_of_work():
        leases.let_go("runner", "b")
    assert not hold("b")
    with unit_of_work():
        leases.let_go("runner", "a")
    assert hold("b")


def test_of_many_at_once_exactly_one_holds_it(app, at_once):
    for _ in range(3):
        answers = at_once(*(lambda name=f"p{n}": hold(name) for n in range(6)))
        assert [type(a) for a in answers] == [bool] * 6, answers
        assert answers.count(True) == 1
        with unit_of_work():
            for n in range(6):
                leases.let_go("runner", f"p{n}")
