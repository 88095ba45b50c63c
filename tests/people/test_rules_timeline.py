"""Dated facts: a change touches neither the days before it nor what is planned beyond it."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.people.rules import timeline
from app.people.rules.timeline import Rewrite, Span

START = date(2026, 1, 1)
days = st.integers(0, 60).map(lambda n: START + timedelta(days=n))


@st.composite
def lines(draw: st.DrawFn) -> list[Span]:
    cuts = sorted(draw(st.sets(days, max_size=8)))
    spans = []
    for number, (start, end) in enumerate(zip(cuts, [*cuts[1:], None], strict=False), start=1):
        if draw(st.booleans()):
            spans.append(Span(start, end, {"place": draw(st.integers(1, 3))}, number))
    return spans


def carried_out(spans: list[Span], rewrite: Rewrite) -> list[Span]:
    return [span for span in spans if span.id not in rewrite.superseded] + rewrite.added


def truth(spans: list[Span], day: date) -> object:
    held = timeline.at(spans, day)
    return None if held is None else dict(held.values)


@given(lines(), days, st.integers(1, 4))
def test_a_change_holds_from_its_day_and_leaves_the_days_before(spans: list[Span], day: date, place: int) -> None:
    after = carried_out(spans, timeline.change(spans, day, {"place": place}))
    assert truth(after, day) == {"place": place}
    for n in range(-5, 70):
        each = START + timedelta(days=n)
        if each < day or truth(after, each) != {"place": place}:
            assert truth(after, each) == truth(spans, each)


@given(lines(), days, st.integers(1, 4))
def test_a_change_reaches_no_further_than_the_next_recorded_one(spans: list[Span], day: date, place: int) -> None:
    after = carried_out(spans, timeline.change(spans, day, {"place": place}))
    for later in (span for span in spans if span.start > day):
        assert truth(after, later.start) == dict(later.values)


@given(lines(), days, st.one_of(st.none(), days))
def test_periods_never_overlap(spans: list[Span], day: date, until: date | None) -> None:
    if until is not None and until <= day:
        until = None
    after = carried_out(spans, timeline.change(spans, day, {"place": 9}, until))
    assert all(span.end is None or span.start < span.end for span in after)
    for n in range(-5, 70):
        each = START + timedelta(days=n)
        assert sum(s.start <= each and (s.end is None or each < s.end) for s in after) <= 1


@given(lines(), days)
def test_after_an_end_nothing_holds(spans: list[Span], day: date) -> None:
    after = carried_out(spans, timeline.end(spans, day))
    for n in range(-5, 70):
        each = START + timedelta(days=n)
        assert truth(after, each) == (truth(spans, each) if each < day else None)


def test_the_same_again_writes_nothing() -> None:
    spans = [Span(START, None, {"place": 1}, 1)]
    assert timeline.change(spans, START + timedelta(days=3), {"place": 1}) == Rewrite()


def test_overlapping_counts_shared_days_only() -> None:
    span = Span(START, START + timedelta(days=5), {}, 1)
    assert timeline.overlapping([span], START + timedelta(days=4), None) == [span]
    assert timeline.overlapping([span], START + timedelta(days=5), None) == []
    assert timeline.overlapping([span], START - timedelta(days=5), START) == []
