"""How long a sign-in waits: long for the guesser, never for somebody who has not failed here."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.people.rules.throttle import (
    ATTACK_FROM_ADDRESS,
    ATTACK_ON_ACCOUNT,
    FREE,
    LONGEST,
    LONGEST_DELAY,
    WINDOW,
    Record,
    delay,
    wait,
)

NOW = datetime(2026, 9, 9, 2, 0, tzinfo=UTC)


def failures(count: int, ago: float = 0) -> list[datetime]:
    return [NOW - timedelta(seconds=ago)] * count


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_pair_without_failures_is_always_answered_at_once(of_account: int, of_origin: int) -> None:
    assert delay(Record([], of_account, of_origin), NOW) == timedelta(0)
    assert wait(Record([], of_account, of_origin), NOW) == timedelta(0)


def test_a_few_slips_cost_nothing() -> None:
    assert wait(Record(failures(FREE - 1)), NOW) == timedelta(0)


@given(st.integers(FREE, 200))
def test_the_wait_grows_and_has_an_end(count: int) -> None:
    now, more = wait(Record(failures(count)), NOW), wait(Record(failures(count + 1)), NOW)
    assert timedelta(0) < now <= more <= LONGEST


@given(st.integers(0, 200), st.integers(0, 1000), st.integers(0, 1000))
def test_further_failures_are_answered_later_and_never_too_late(count: int, of_account: int, of_origin: int) -> None:
    now = delay(Record(failures(count), of_account, of_origin), NOW)
    more = delay(Record(failures(count + 1), of_account, of_origin), NOW)
    assert timedelta(0) <= now <= more <= LONGEST_DELAY
    assert bool(wait(Record(failures(count), of_account, of_origin), NOW)) == bool(now)


def test_waiting_ends_by_itself() -> None:
    waiting = wait(Record(failures(FREE + 2)), NOW)
    assert wait(Record(failures(FREE + 2, waiting.total_seconds())), NOW) == timedelta(0)
    assert wait(Record(failures(30, WINDOW.total_seconds())), NOW) == timedelta(0)


def test_under_attack_patience_is_shorter() -> None:
    calm = wait(Record(failures(1)), NOW)
    assert calm == timedelta(0)
    assert wait(Record(failures(1), of_account=ATTACK_ON_ACCOUNT), NOW) > calm
    assert wait(Record(failures(1), of_origin=ATTACK_FROM_ADDRESS), NOW) > calm
