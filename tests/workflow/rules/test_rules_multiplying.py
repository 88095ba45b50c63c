"""Steps of several people: all, any, n-of; members come and go; sealed and anonymous answers."""

from typing import Any

import pytest

from app.core.errors import Conflict, Forbidden, Invalid
from app.workflow.rules import commands as c
from app.workflow.rules.reading import read
from app.workflow.rules.sealing import Viewer, seen_event, sight
from app.workflow.rules.voting import verdict
from tests.workflow.playing import Play, check_history
from tests.workflow.processes import body

BOSS, ONE, TWO, THREE = 1, 11, 12, 13


def rating(need: Any = "all", people: tuple[int, ...] = (ONE, TWO, THREE)) -> Play:
    plain = body("rating")
    plain["steps"][1]["multiply"]["need"] = need
    play = Play(read(plain), lanes={"writer": (BOSS,)}, sets={"rate": people})
    play.start(BOSS)
    play.complete("ask", BOSS)
    return play


def rate(play: Play, person: int, outcome: str = "good") -> list[str]:
    return play.complete("rate", person, outcome, person=person, fields={"score": 4})


def test_all_waits_for_everybody() -> None:
    play = rating()
    assert "step_done" not in rate(play, ONE)
    rate(play, TWO)
    rate(play, THREE)
    assert play.waits() == ["close"]
    check_history(play.state, play.events)


def test_any_takes_the_first_and_cancels_the_rest() -> None:
    play = rating("any")
    rate(play, TWO)
    assert play.waits() == ["close"]
    assert [turn.state for turn in play.state.turns_in(2)] == ["cancelled", "done", "cancelled"]


def test_n_of_takes_the_first_outcome_with_n_answers() -> None:
    play = rating(2)
    rate(play, ONE, "bad")
    rate(play, TWO)
    rate(play, THREE, "bad")
    assert play.state.end == "lost"


@pytest.mark.parametrize(
    ("need", "answers", "waiting", "decided"),
    [
        ("all", ["a", "a", "a"], 0, "a"),
        ("all", ["a", "b", "a"], 0, "b"),
        ("all", ["a", "b"], 1, None),
        ("all", ["b", "c"], 0, "c"),
        ("any", ["b"], 2, "b"),
        (2, ["a", "b"], 1, None),
        (2, ["a", "b", "a"], 0, "a"),
        (2, ["a", "b", "c"], 0, "c"),
        (2, ["a"], 0, None),
        (None, ["b"], 0, "b"),
        ("all", [], 0, None),
    ],
)
def test_verdict(need: Any, answers: list[str], waiting: int, decided: str | None) -> None:
    assert verdict(need, ["a", "b", "c"], answers, waiting) == decided


@pytest.mark.parametrize(("need", "people"), [("all", ()), (2, (ONE,)), ("any", ()), ("all", tuple(range(100, 151)))])
def test_set_of_the_wrong_size_is_refused(need: Any, people: tuple[int, ...]) -> None:
    plain = body("rating")
    plain["steps"][1]["multiply"]["need"] = need
    play = Play(read(plain), lanes={"writer": (BOSS,)}, sets={"rate": people})
    play.start(BOSS)
    assert play.refusal(c.Complete(1, "done"), BOSS) == [("lane", "rate")]


def test_excluded_people_do_not_count_as_members() -> None:
    play = rating(people=(BOSS, ONE, ONE))
    assert [turn.member for turn in play.state.waiting()] == [ONE]


def test_member_added_is_waited_for() -> None:
    play = rating(people=(ONE, TWO))
    rate(play, ONE)
    with pytest.raises(Forbidden):
        play.do(c.AddMember(2, THREE), ONE)
    for person, facts in ((ONE, {}), (BOSS, {"reassignable": frozenset({BOSS})}), (99, {})):
        with pytest.raises(Invalid):
            play.do(c.AddMember(2, person), BOSS, oversees=True, **facts)
    play.do(c.AddMember(2, THREE), BOSS, oversees=True, reassignable=frozenset({THREE}))
    rate(play, TWO)
    assert play.waits() == ["rate"]
    rate(play, THREE)
    assert play.waits() == ["close"]


def test_fifty_is_the_most() -> None:
    play = rating(people=tuple(range(100, 150)))
    with pytest.raises(Invalid):
        play.do(c.AddMember(2, 5), BOSS, oversees=True, reassignable=frozenset({5}))


def test_member_removed_re_evaluates_the_join() -> None:
    play = rating(people=(ONE, TWO))
    rate(play, ONE)
    with pytest.raises(Conflict):
        play.do(c.RemoveMember(2, ONE, "gone"), BOSS, oversees=True)
    with pytest.raises(Invalid):
        play.do(c.RemoveMember(2, TWO, ""), BOSS, oversees=True)
    play.do(c.RemoveMember(2, TWO, "gone"), BOSS, oversees=True)
    assert play.waits() == ["close"]


def test_removing_below_the_number_is_refused() -> None:
    play = rating(2, (ONE, TWO))
    assert play.refusal(c.RemoveMember(2, TWO, "gone"), BOSS, oversees=True) == [("lane", "rate")]


def test_closed_early_with_the_answers_there_are() -> None:
    play = rating()
    assert play.refusal(c.CloseEarly(2, "late"), BOSS, oversees=True) == [("lane", "rate")]
    rate(play, ONE)
    with pytest.raises(Invalid):
        play.do(c.CloseEarly(2, " "), BOSS, oversees=True)
    play.do(c.CloseEarly(2, "late"), BOSS, oversees=True)
    assert play.waits() == ["close"]
    with pytest.raises(Conflict):
        play.do(c.CloseEarly(2, "again"), BOSS, oversees=True)


def test_closing_early_never_takes_the_ordinary_way_for_want_of_votes() -> None:
    play = rating(2)
    rate(play, ONE)
    assert play.refusal(c.CloseEarly(2, "late"), BOSS, oversees=True) == [("lane", "rate")]
    rate(play, TWO, "bad")
    play.do(c.CloseEarly(2, "late"), BOSS, oversees=True)
    assert play.state.end == "lost"


def test_going_on_needs_somebody_also_when_closed_early() -> None:
    play = rating()
    rate(play, ONE)
    assert play.refusal(c.CloseEarly(2, "late"), BOSS, oversees=True, lanes={}) == [("lane", "writer")]


def test_change_while_answers_come_in_voids_those_given() -> None:
    play = rating()
    rate(play, ONE)
    play.do(c.SubjectChanged(("wording",)), BOSS)
    assert [turn.member for turn in play.state.waiting()] == [ONE, TWO, THREE]
    assert play.state.rounds[2].lapsed == "voided"


def test_member_who_leaves_the_set() -> None:
    play = rating()
    rate(play, ONE)
    rate(play, TWO)
    play.do(c.LeaveTeam((THREE,)), 0, sets={"rate": (ONE, TWO)})
    assert play.waits() == ["close"]


def test_leaving_is_never_refused() -> None:
    play = rating(2, (ONE, TWO))
    play.do(c.LeaveTeam((TWO,)), 0, sets={"rate": (ONE,)})
    left = next(turn for turn in play.state.waiting() if turn.assignee is None)
    play.do(c.Reassign(left.number, THREE, "instead"), BOSS, oversees=True, reassignable=frozenset({THREE}))
    assert play.turn("rate", THREE).member == THREE
    other = rating(people=(ONE, TWO))
    rate(other, ONE)
    other.do(c.LeaveTeam((TWO,)), 0, sets={}, lanes={})
    assert other.waits() == ["rate"], "nobody could go on from there, so the turn stays"


def test_turn_asked_by_name_is_not_given_back() -> None:
    play = rating()
    with pytest.raises(Conflict):
        play.do(c.GiveBack(play.turn("rate", ONE).number), ONE)
    with pytest.raises(Invalid):
        play.do(c.Reassign(play.turn("rate", ONE).number, TWO, "x"), BOSS, oversees=True)


def test_answers_are_sealed_until_all_are_in_and_people_stay_hidden() -> None:
    play = rating()
    rate(play, ONE)
    turn = next(turn for turn in play.state.turns.values() if turn.by == ONE)
    other, judge, own = Viewer(TWO), Viewer(9, frozenset({"judge"})), Viewer(ONE)
    assert (
        sight(play.definition, play.state, turn, other).content,
        sight(play.definition, play.state, turn, judge).full,
    ) == (
        False,
        True,
    )
    assert sight(play.definition, play.state, turn, own).full
    event = next(event for event in play.events if event.kind == "completed" and event.data["turn"] == turn.number)
    seen = seen_event(play.definition, play.state, event, other)
    assert (seen["at"], seen["actor"]) == (None, None) and str(ONE) not in str(seen["data"].get("person"))
    rate(play, TWO)
    rate(play, THREE)
    after = sight(play.definition, play.state, turn, other)
    assert (after.content, after.person) == (True, False)
    for told in play.events:
        seen = seen_event(play.definition, play.state, told, Viewer(77))
        if told.kind in ("completed", "step_opened") and told.data["step"] == "rate":
            assert not {ONE, TWO, THREE} & set(people_in(seen)), seen


def people_in(value: Any) -> list[Any]:
    """Every value that stands where people stand."""
    if isinstance(value, dict):
        own = [item for name, item in value.items() if name in ("actor", "behalf", "person", "assignee", "member")]
        return own + [found for item in value.values() for found in people_in(item)]
    return [found for item in value for found in people_in(item)] if isinstance(value, list) else []
