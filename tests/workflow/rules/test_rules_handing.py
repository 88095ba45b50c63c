"""Claims, giving back, reassigning, leaving a team; child runs; sealed reports."""

import pytest

from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.workflow.rules import commands as c
from app.workflow.rules.sealing import Viewer, sight
from tests.workflow.playing import Play, check_history

ANNA, BERT, CARL, HEAD = 1, 2, 3, 4


@pytest.fixture
def play() -> Play:
    play = Play("deciding", lanes={"writer": (ANNA, BERT), "decider": (CARL,), "head": (HEAD,)})
    play.start(9)
    return play


def test_lane_turn_waits_for_its_candidates_and_one_claim_wins(play: Play) -> None:
    turn = play.turn("gather")
    assert (turn.assignee, turn.candidates) == (None, (ANNA, BERT))
    assert play.refusal(c.Claim(1), CARL) == [("lane", "writer")]
    play.do(c.Claim(1, turn.version), ANNA)
    with pytest.raises(Conflict):
        play.do(c.Claim(1, turn.version), BERT)
    assert ("lane", "writer") in play.refusal(c.Complete(1, "done"), BERT)


def test_unclaimed_turn_is_taken_by_whoever_completes_it(play: Play) -> None:
    play.complete("gather", BERT, "skip", reason="none")
    assert play.state.turns[1].by == BERT and play.state.turns[1].assignee == BERT


def test_deputy_claims_for_the_absent(play: Play) -> None:
    play.do(c.Claim(1), HEAD, behalf=ANNA)
    assert play.turn("gather").assignee == ANNA
    assert play.events[-1].actor == HEAD and play.events[-1].behalf == ANNA


def test_given_back_it_waits_in_the_lane_again(play: Play) -> None:
    with pytest.raises(Conflict):
        play.do(c.GiveBack(1), ANNA)
    play.do(c.Claim(1), ANNA)
    with pytest.raises(Forbidden):
        play.do(c.GiveBack(1), BERT)
    play.do(c.GiveBack(1), ANNA)
    play.do(c.Claim(1), BERT)
    assert play.turn("gather").assignee == BERT


def test_reassigned_within_the_lane_with_a_reason(play: Play) -> None:
    play.do(c.Claim(1), ANNA)
    for to, reason in ((ANNA, "x"), (CARL, "x"), (BERT, ""), (2**70, "x")):
        with pytest.raises(Invalid):
            play.do(c.Reassign(1, to, reason), ANNA)
    with pytest.raises(Forbidden):
        play.do(c.Reassign(1, BERT, "x"), BERT)
    play.do(c.Reassign(1, BERT, "busy"), ANNA)
    play.do(c.Reassign(1, CARL, "help"), HEAD, oversees=True, reassignable=frozenset({CARL}))
    assert play.turn("gather").assignee == CARL
    with pytest.raises(Conflict):
        play.do(c.Reassign(1, ANNA, "x", version=1), CARL)


def test_whoever_leaves_gives_back_and_the_lane_follows(play: Play) -> None:
    play.do(c.Claim(1), ANNA)
    lanes = {"writer": (BERT, CARL)}
    assert play.do(c.LeaveTeam((ANNA,)), 0, lanes=lanes) == ["given_back"]
    assert (play.turn("gather").assignee, play.turn("gather").candidates) == (None, (BERT, CARL))
    assert play.do(c.LeaveTeam((ANNA,)), 0, lanes=lanes) == []


def test_whoever_still_belongs_by_another_way_keeps_the_turn(play: Play) -> None:
    play.do(c.Claim(1), ANNA)
    assert play.do(c.LeaveTeam((ANNA,)), 0) == []
    assert play.turn("gather").assignee == ANNA


def test_newcomers_become_candidates_and_holders_stay(play: Play) -> None:
    assert play.do(c.LanesChanged(), 0, lanes={"writer": (ANNA, BERT, CARL)}) == ["lane_changed"]
    play.do(c.Claim(1), CARL)
    play.do(c.LanesChanged(), 0, lanes={"writer": (ANNA,)})
    assert play.turn("gather").assignee == CARL


def test_comments_and_evidence() -> None:
    play = Play("deciding", lanes={"writer": (ANNA, BERT)})
    play.start(ANNA)
    play.do(c.Comment(1, "look"), CARL)
    with pytest.raises(NotFound):
        play.do(c.Comment(5, "look"), CARL)
    with pytest.raises(Forbidden):
        play.do(c.AddEvidence(1, "dossier", "text", 5), CARL)
    for wrong in (c.AddEvidence(1, "photo", "file", 5), c.AddEvidence(1, "dossier", "file", 5)):
        with pytest.raises(Invalid):
            play.do(wrong, ANNA)
    play.do(c.AddEvidence(1, "dossier", "text", 5), ANNA)
    with pytest.raises(Invalid):
        play.do(c.AddEvidence(1, "dossier", "text", 6), ANNA, evidence={"dossier": 2})
    play.do(c.RemoveEvidence(1, "dossier", 5), ANNA)
    assert play.turn("gather").version == 1, "laying something beside a form does not make it stale"


@pytest.fixture
def visit() -> Play:
    play = Play("observing", lanes={"trainee": (ANNA,), "coach": (BERT,)}, children={"plan": (71, 72)})
    play.start(ANNA)
    return play


def test_child_runs_are_wanted_started_and_waited_for(visit: Play) -> None:
    assert [child.subject for child in visit.turn("plan").children] == [71, 72]
    visit.do(c.ChildStarted(1, 1, 501), 0)
    visit.do(c.ChildStarted(1, 2, 502), 0)
    with pytest.raises(Conflict):
        visit.do(c.ChildStarted(1, 2, 503), 0)
    with pytest.raises(NotFound):
        visit.do(c.ChildEnded(1, 999, "success"), 0)
    visit.do(c.ChildEnded(1, 501, "success"), 0)
    assert visit.refusal(c.Complete(1, "done"), ANNA) == [("guard", "children")]
    assert visit.do(c.ChildEnded(1, 502, "failure"), 0) == ["child_ended"]
    assert visit.do(c.ChildEnded(1, 502, "success"), 0) == []
    visit.complete("plan", ANNA)
    check_history(visit.state, visit.events)


def test_cancelling_reaches_the_children_that_still_run(visit: Play) -> None:
    visit.do(c.ChildStarted(1, 1, 501), 0)
    kinds = visit.do(c.Close("dropped", reason="rain"), ANNA)
    assert kinds == ["ended", "child_cancel_wanted", "child_cancel_wanted"]
    assert [event.data["run"] for event in visit.events[-2:]] == [501, None]


def test_both_reports_stay_sealed_until_both_are_compared(visit: Play) -> None:
    for child, run in ((1, 501), (2, 502)):
        visit.do(c.ChildStarted(1, child, run), 0)
        visit.do(c.ChildEnded(1, run, "success"), 0)
    visit.complete("plan", ANNA)
    visit.complete("own_report", ANNA, fields={"text": "fine"})
    own = visit.state.last_round("own_report")
    assert own is not None
    turn = visit.state.turns_in(own.number)[0]
    coach, reader = Viewer(BERT, frozenset({"coach"})), Viewer(HEAD)
    assert not sight(visit.definition, visit.state, turn, coach).content
    visit.complete("coach_report", BERT)
    assert not sight(visit.definition, visit.state, turn, coach).content
    visit.complete("compare", BERT)
    assert sight(visit.definition, visit.state, turn, reader).content
    visit.back("note", "compare", BERT)
    assert sight(visit.definition, visit.state, turn, reader).content, "nobody can unsee"


def test_who_decides_is_not_for_the_proposer_to_choose_nor_anybody_outside_of_the_lane(play: Play) -> None:
    play.complete("gather", ANNA, "skip", reason="none")
    play.complete("terms", ANNA, fields={"amount": "1"})
    number = play.turn("decide").number
    chosen = {"oversees": True, "reassignable": frozenset({BERT, HEAD})}
    assert play.refusal(c.Reassign(number, BERT, "he decides"), ANNA, **chosen) == [("lane", "decider")]
    assert play.refusal(c.Reassign(number, HEAD, "he decides"), HEAD, behalf=ANNA, **chosen) == [("lane", "decider")]
    with pytest.raises(Invalid):
        play.do(c.Reassign(number, BERT, "he decides"), HEAD, **chosen)
    play.do(c.Reassign(number, HEAD, "away"), CARL, **chosen)
    play.complete("decide", HEAD)
