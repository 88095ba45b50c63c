"""Forks with one join, and returns into, inside of and out of them."""

import pytest

from app.core.errors import Invalid, Missing
from app.workflow.rules import commands as c
from app.workflow.rules.going_back import returnable
from tests.workflow.playing import Play, check_history

ANNA, BERT = 1, 2


@pytest.fixture
def play() -> Play:
    play = Play("branching", lanes={"doer": (ANNA, BERT)})
    play.start(ANNA)
    play.complete("brief", ANNA)
    play.complete("split", ANNA)
    return play


def can_return(play: Play, step: str) -> list[str]:
    return returnable(play.definition, play.state, play.turn(step).number)


def test_join_waits_for_every_branch_and_opens_once(play: Play) -> None:
    assert play.waits() == ["legal", "money"]
    play.complete("legal", ANNA)
    play.complete("check", ANNA)
    assert play.waits() == ["money"]
    play.complete("money", BERT)
    assert play.waits() == ["meet"]
    play.complete("meet", ANNA)
    play.complete("close", ANNA)
    assert play.state.state == "success"
    check_history(play.state, play.events)


def test_fork_inside_of_a_branch(play: Play) -> None:
    play.complete("money", ANNA, "split")
    play.complete("cash", ANNA)
    play.complete("legal", ANNA)
    play.complete("credit", BERT)
    assert play.waits() == ["check", "total"]
    play.complete("total", ANNA)
    play.complete("check", ANNA)
    assert play.waits() == ["meet"]


def test_return_before_the_fork_cancels_the_siblings(play: Play) -> None:
    money = play.turn("money").number
    play.complete("legal", ANNA)
    assert can_return(play, "check") == ["legal", "split", "brief"]
    play.back("check", "brief", BERT)
    assert play.waits() == ["brief"] and play.state.stage == "one"
    assert play.turn("brief").assignee == ANNA, "whoever did it before"
    assert play.state.turns[money].state == "cancelled"
    assert {item.lapsed for item in play.state.rounds.values() if item.step in ("brief", "split", "legal")} == {
        "",
        "returned",
    }
    assert play.state.forks[1].state == "cancelled"
    play.complete("brief", ANNA)
    play.complete("split", ANNA)
    assert play.waits() == ["legal", "money"]


def test_return_inside_of_a_branch_leaves_the_sibling_alone(play: Play) -> None:
    play.complete("legal", ANNA)
    play.back("check", "legal", ANNA)
    assert play.waits() == ["legal", "money"]


def test_return_into_a_closed_fork_opens_that_branch_alone(play: Play) -> None:
    for step in ("legal", "check", "money"):
        play.complete(step, ANNA)
    assert can_return(play, "meet") == ["check", "money", "legal", "split", "brief"]
    play.back("meet", "check", ANNA)
    assert play.waits() == ["check"]
    assert play.state.forks[1].state == "open" and dict(play.state.forks[1].arrived).keys() == {1}
    play.complete("check", ANNA)
    assert play.waits() == ["meet"]
    check_history(play.state, play.events)


def test_return_from_after_the_join_into_a_nested_fork(play: Play) -> None:
    for step in ("legal", "check"):
        play.complete(step, ANNA)
    play.complete("money", ANNA, "split")
    for step in ("cash", "credit", "total", "meet"):
        play.complete(step, ANNA)
    play.back("close", "cash", ANNA)
    assert play.waits() == ["cash"] and play.state.stage == "two"
    for step in ("cash", "total", "meet", "close"):
        play.complete(step, ANNA)
    assert play.state.state == "success"


def test_one_cannot_return_into_a_sibling_branch_or_forward(play: Play) -> None:
    play.complete("legal", ANNA)
    for target in ("money", "meet", "check", "nothing", "\x00"):
        with pytest.raises(Invalid):
            play.back("check", target, ANNA)


def test_what_was_returned_from_is_no_longer_an_earlier_step(play: Play) -> None:
    play.complete("legal", ANNA)
    play.back("check", "brief", ANNA)
    assert can_return(play, "brief") == []


def test_return_needs_a_reason_and_the_right_person(play: Play) -> None:
    with pytest.raises(Invalid):
        play.back("legal", "brief", ANNA, reason="  ")
    with pytest.raises(Missing):
        play.back("legal", "brief", 99)
    play.back("legal", "brief", 99, oversees=True)
    assert play.waits() == ["brief"]


def test_step_with_nobody_left_can_still_be_left(play: Play) -> None:
    play.back("legal", "brief", ANNA, lanes={})
    turn = play.turn("brief")
    assert turn.assignee is None and turn.candidates == ()
    play.do(c.Reassign(turn.number, BERT, "take it"), 9, oversees=True, lanes={"doer": (BERT,)})
    assert play.turn("brief").assignee == BERT


def test_end_from_inside_of_a_fork_cancels_the_rest(play: Play) -> None:
    play.complete("legal", ANNA, "stop", reason="illegal")
    assert play.state.state == "failure" and play.state.forks[1].state == "cancelled"


def test_voided_decision_in_a_branch_reopens_the_fork(play: Play) -> None:
    for step in ("legal", "check", "money", "meet"):
        play.complete(step, ANNA)
    play.do(c.SubjectChanged(("wording",)), BERT)
    assert play.waits() == ["legal"] and play.state.stage == "two"
    for step in ("legal", "check", "meet", "close"):
        play.complete(step, ANNA)
    assert play.state.state == "success"


def test_loop_inside_of_a_branch(play: Play) -> None:
    play.complete("legal", ANNA)
    play.complete("check", ANNA, "again")
    assert play.waits() == ["legal", "money"]
    play.do(c.SubjectChanged(("wording",)), BERT)
    assert play.waits() == ["legal", "money"], "the first answer had been taken back already"
