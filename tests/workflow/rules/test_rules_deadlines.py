"""Deadlines: a return starts a new one, reassigning keeps it, a pause stops it, rungs fire once."""

from datetime import timedelta

import pytest

from app.core.errors import Conflict, Forbidden, Invalid
from app.workflow.rules import commands as c
from app.workflow.rules.deadlines import next_moment
from app.workflow.rules.reading import read
from app.workflow.rules.stage_times import stage_times, visits_of
from tests.workflow.playing import BEGIN, DAY, Play, check_history, due
from tests.workflow.processes import body

ANNA, BERT, CARL, HEAD = 1, 2, 3, 4


@pytest.fixture
def play() -> Play:
    lanes = {"writer": (ANNA, BERT), "decider": (CARL,), "head": (HEAD,)}
    play = Play("deciding", lanes=lanes, dues={"gather": due(3, [4, 6])})
    play.start(9)
    return play


def test_each_rung_fires_once_for_its_lane(play: Play) -> None:
    assert play.do(c.FireRung(1)) == []
    play.tick(5 * DAY)
    assert play.do(c.FireRung(1)) == ["rung_fired"]
    assert play.events[-1].data == {"turn": 1, "rung": 0, "lane": "head", "people": [HEAD]}
    assert play.do(c.FireRung(1)) == []
    assert next_moment(play.state, play.turn("gather")) == BEGIN + 6 * DAY
    play.tick(9 * DAY)
    play.do(c.FireRung(1))
    assert play.events[-1].data["people"] == [CARL]
    assert play.do(c.FireRung(1)) == [] and play.do(c.FireRung(77)) == []


def test_late_sweeper_fires_all_that_is_due(play: Play) -> None:
    play.tick(20 * DAY)
    assert play.do(c.FireRung(1)) == ["rung_fired", "rung_fired"]


@pytest.fixture
def offered(play: Play) -> Play:
    """A first step whose first rung hands over what nobody has, and whose second only tells."""
    process = body("deciding")
    process["steps"][0]["escalation"][0] |= {"hand_over": True, "unclaimed": True}
    lanes = {"writer": (ANNA, BERT), "decider": (CARL,), "head": (HEAD,)}
    offered = Play(read(process), lanes=lanes, dues={"gather": due(3, [4, 6])})
    offered.start(9)
    return offered


def test_a_rung_for_what_nobody_has_tells_once_while_somebody_has_it_and_comes_again_when_it_is_free(
    offered: Play,
) -> None:
    offered.do(c.Claim(1), ANNA)
    offered.tick(5 * DAY)
    assert offered.do(c.FireRung(1)) == ["rung_fired"]
    assert offered.do(c.FireRung(1)) == []
    offered.do(c.Reassign(1, BERT, "busy"), ANNA)
    assert offered.do(c.FireRung(1)) == []
    assert next_moment(offered.state, offered.turn("gather")) == BEGIN + 6 * DAY
    offered.do(c.GiveBack(1), BERT)
    assert next_moment(offered.state, offered.turn("gather")) == BEGIN + 4 * DAY
    assert offered.do(c.FireRung(1)) == ["rung_fired", "reassigned"]
    assert offered.turn("gather").assignee == HEAD
    offered.do(c.GiveBack(1), HEAD)
    assert offered.do(c.FireRung(1)) == []  # it has handed over: the head may put it back
    check_history(offered.state, offered.events)


def test_a_rung_for_what_nobody_has_comes_again_also_after_a_pause_and_more_time(offered: Play) -> None:
    offered.do(c.Claim(1), ANNA)
    offered.tick(5 * DAY)
    offered.do(c.FireRung(1))
    offered.do(c.Extend(1, BEGIN + 9 * DAY), HEAD, oversees=True)
    offered.do(c.Pause("holiday"), HEAD, oversees=True)
    offered.do(c.LeaveTeam((ANNA,)), lanes={"writer": (BERT,), "decider": (CARL,), "head": (HEAD,)})
    assert offered.turn("gather").assignee is None and offered.do(c.FireRung(1)) == []
    offered.do(c.Resume(), HEAD, oversees=True)
    assert offered.do(c.FireRung(1)) == []
    offered.tick(5 * DAY)
    assert offered.do(c.FireRung(1)) == ["rung_fired", "reassigned"]


def test_what_is_kept_of_a_run_names_what_is_owed_only_where_something_is(offered: Play) -> None:
    assert "owed" not in offered.state.to_data()["turns"][0]
    offered.do(c.Claim(1), ANNA)
    offered.tick(5 * DAY)
    offered.do(c.FireRung(1))
    assert offered.state.to_data()["turns"][0]["owed"] == [0]
    check_history(offered.state, offered.events)


def test_reassigning_keeps_and_returning_renews(play: Play) -> None:
    play.do(c.Claim(1), ANNA)
    play.do(c.Reassign(1, BERT, "busy"), ANNA)
    assert play.turn("gather").due_at == BEGIN + 3 * DAY
    play.complete("gather", BERT, "skip", reason="none")
    play.back("terms", "gather", BERT, dues={"gather": due(9, [10])})
    turn = play.turn("gather")
    assert (turn.due_at, turn.fired, turn.number) == (BEGIN + 9 * DAY, (), 3)


def test_pause_stops_the_clock(play: Play) -> None:
    with pytest.raises(Forbidden):
        play.do(c.Pause("holiday"), ANNA)
    play.tick(DAY)
    play.do(c.Pause("holiday"), HEAD, oversees=True)
    play.tick(10 * DAY)
    assert play.do(c.FireRung(1)) == []
    for refused in (c.Complete(1, "done"), c.Return(1, "gather", "x"), c.Pause("again")):
        with pytest.raises(Conflict):
            play.do(refused, ANNA, oversees=True)
    play.do(c.Resume(), HEAD, oversees=True)
    turn = play.turn("gather")
    assert (turn.due_at, turn.rungs) == (BEGIN + 13 * DAY, (BEGIN + 14 * DAY, BEGIN + 16 * DAY))
    with pytest.raises(Conflict):
        play.do(c.Resume(), HEAD, oversees=True)


def test_resume_takes_the_calendars_moments_where_given(play: Play) -> None:
    play.do(c.Pause("holiday"), HEAD, oversees=True)
    play.tick(DAY)
    play.do(c.Resume(), HEAD, oversees=True, turn_dues={1: due(30)})
    assert play.turn("gather").due_at == BEGIN + 30 * DAY


def test_more_time_is_asked_for_and_given(play: Play) -> None:
    play.do(c.Claim(1), ANNA)
    later = BEGIN + 8 * DAY
    for until in (BEGIN, BEGIN + 2 * DAY, BEGIN + 4000 * DAY):
        with pytest.raises(Invalid):
            play.do(c.AskForTime(1, until, "more"), ANNA)
    with pytest.raises(Forbidden):
        play.do(c.AskForTime(1, later, "more"), BERT)
    play.do(c.AskForTime(1, later, "more"), ANNA)
    with pytest.raises(Forbidden):
        play.do(c.Extend(1, later), ANNA)
    play.do(c.Extend(1, later), HEAD, oversees=True)
    turn = play.turn("gather")
    assert (turn.due_at, turn.rungs, turn.version) == (later, (BEGIN + 9 * DAY, BEGIN + 11 * DAY), 2)
    play.do(c.ReportBlocked(1, "no car"), ANNA)


def test_calendar_loaded_recomputes_with_an_event_where_it_differs(play: Play) -> None:
    assert play.do(c.RecomputeDue(), turn_dues={1: due(3, [4, 6])}) == []
    assert play.do(c.RecomputeDue(), turn_dues={1: due(5, [7, 9])}) == ["due_changed"]
    assert play.events[-1].data["why"] == "recomputed"


def test_seconds_in_stages_sum_with_returns_included(play: Play) -> None:
    play.tick(DAY)
    play.complete("gather", ANNA, "skip", reason="x")
    play.complete("terms", ANNA, fields={"amount": 3})
    play.tick(2 * DAY)
    play.back("decide", "gather", CARL)
    play.tick(4 * DAY)
    times = {part.stage: part for part in stage_times(play.state, play.facts.now)}
    assert times["work"].visits == 2 and times["verdict"].spent == 2 * DAY + timedelta(hours=1)
    assert sum((part.spent for part in times.values()), timedelta()) == play.facts.now - BEGIN
    assert tuple(visits_of(play.events)) == play.state.visits


def test_a_clock_that_goes_back_does_not_turn_history_round(play: Play) -> None:
    play.tick(-5 * DAY)
    play.complete("gather", ANNA, "skip", reason="x")
    assert play.events[-1].at == BEGIN
