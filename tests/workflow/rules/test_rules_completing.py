"""Completing: the one list of what is missing, values, hands, ends."""

import pytest

from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.workflow.rules import commands as c
from app.workflow.rules.missing import missing
from tests.workflow.playing import Play, check_history, lacking

WRITER, OTHER, DECIDER, HEAD = 1, 2, 3, 4
READY = {"fields": {"place": "上海"}, "checklist": ("read",), "evidence": {"dossier": 1}}


@pytest.fixture
def play() -> Play:
    lanes = {"writer": (WRITER,), "decider": (DECIDER,), "head": (HEAD,)}
    play = Play("deciding", lanes=lanes, guards={'visited {"count": 1}': None, "paid": None}, subject={"amount": None})
    play.start(WRITER)
    return play


def to_decide(play: Play) -> None:
    play.complete("gather", WRITER, **READY)
    play.complete("terms", WRITER, fields={"amount": "500000"})


def test_everything_missing_is_listed_in_the_order_of_the_form(play: Play) -> None:
    command = c.Complete(1, "done")
    guards = {'visited {"count": 1}': lacking("visited")}
    assert play.refusal(command, WRITER, guards=guards) == [
        ("field", "place"),
        ("checklist", "read"),
        ("evidence", "dossier"),
        ("guard", "visited"),
    ]
    shown = missing(play.definition, play.state, 1, None, {}, (), play.facts)
    assert [item.key for item in shown] == ["place", "read", "dossier"]


def test_whole_run_to_its_good_end(play: Play) -> None:
    to_decide(play)
    bound = [event.values["bound"] for event in play.events if event.kind == "completed"]
    assert bound == [{}, {"amount": "500000.00"}]
    play.complete("decide", DECIDER)
    play.complete("deliver", WRITER, subject={"amount": "500000.00"})
    assert (play.state.state, play.state.end) == ("success", "won")
    assert [visit.stage for visit in play.state.visits] == ["work", "verdict", "after"]
    check_history(play.state, play.events)


def test_typed_values_never_stand_in_events(play: Play) -> None:
    play.complete("gather", WRITER, **READY)
    assert not [event for event in play.events if "上海" in str(event.to_data())]
    assert next(event for event in play.events if event.kind == "completed").values["fields"] == {"place": "上海"}


def test_ended_run_refuses_everything(play: Play) -> None:
    play.do(c.Close("cancelled", reason="no budget"), WRITER)
    for command in (c.Complete(1, "done"), c.Claim(1), c.Close("lost", reason="x"), c.Comment(1, "hm"), c.Pause("x")):
        with pytest.raises(Conflict):
            play.do(command, WRITER, oversees=True)


def test_close_asks_for_a_reason_in_words_or_from_the_tree(play: Play) -> None:
    for wrong in (
        c.Close("won", reason="cheat"),
        c.Close("lost"),
        c.Close("lost", "unknown_key"),
        c.Close("nothing", reason="x"),
        c.Close("lost", reason="\x00"),
        c.Close("lost", reason="x" * 100_000),
    ):
        with pytest.raises(Invalid):
            play.do(wrong, WRITER)
    with pytest.raises(Conflict):
        play.do(c.Close("lost", "too_dear", version=1), WRITER)
    play.do(c.Close("lost", "too_dear", version=play.state.version), WRITER)
    assert (play.state.state, play.state.reason_key) == ("failure", "too_dear")


def test_unconditional_outcome_asks_for_its_reason_alone(play: Play) -> None:
    assert play.refusal(c.Complete(1, "skip"), WRITER, guards={}) == [("field", "reason")]
    play.complete("gather", WRITER, "skip", reason="none here", guards={})
    assert play.waits() == ["terms"]


def test_vanished_guard_blocks_but_the_step_can_be_left(play: Play) -> None:
    assert ("guard", "visited") in play.refusal(c.Complete(1, "done", {"place": "x"}, ("read",)), WRITER, guards={})
    to_decide(play)
    play.complete("decide", DECIDER)
    assert play.refusal(c.Complete(play.turn("deliver").number, "done"), WRITER, guards={}) == [("guard", "paid")]
    play.back("deliver", "terms", WRITER, guards={})
    assert play.waits() == ["terms"]


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"place": "x" * 41}, "place", "too_long"),
        ({"place": "a\x00b"}, "place", "characters"),
        ({"place": "\ud800"}, "place", "characters"),
        ({"place": 7}, "place", "type"),
        ({"nothing": "x"}, "nothing", "unknown"),
    ],
)
def test_bad_values_are_answered_at_their_field(play: Play, fields: dict, field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        play.do(c.Complete(1, "done", fields, ("read",)), WRITER, evidence={"dossier": 1})
    assert [(error.field, error.code) for error in refused.value.errors] == [(field, code)]


def test_unknown_outcome_checklist_turn_and_stale_version(play: Play) -> None:
    with pytest.raises(Invalid):
        play.do(c.Complete(1, "fly"), WRITER)
    with pytest.raises(Invalid):
        play.do(c.Complete(1, "done", checklist=("forged",)), WRITER)
    with pytest.raises(NotFound):
        play.do(c.Complete(99, "done"), WRITER)
    with pytest.raises(Conflict):
        play.do(c.Complete(1, "done", version=0), WRITER)
    with pytest.raises(Forbidden):
        play.do(c.Complete(1, "done", {"place": "x"}, ("read",)), 0, evidence={"dossier": 1})


def test_second_completion_of_the_same_turn_is_a_conflict(play: Play) -> None:
    play.complete("gather", WRITER, **READY)
    with pytest.raises(Conflict):
        play.do(c.Complete(1, "done", {"place": "x"}, ("read",)), WRITER, evidence={"dossier": 1})


def test_proposer_never_decides_not_even_by_a_deputy_or_as_one(play: Play) -> None:
    both = {"writer": (WRITER,), "decider": (WRITER, DECIDER), "head": (HEAD,)}
    play.complete("gather", WRITER, **READY)
    play.complete("terms", WRITER, fields={"amount": "5"}, lanes=both)
    turn = play.turn("decide")
    assert turn.candidates == (DECIDER,) and turn.assignee == DECIDER
    command = c.Complete(turn.number, "approve")
    assert play.refusal(command, WRITER) == [("lane", "decider")]
    assert play.refusal(command, WRITER, behalf=DECIDER) == [("lane", "decider")]
    assert play.refusal(command, OTHER, behalf=WRITER) == [("lane", "decider")]
    with pytest.raises(Invalid):
        play.do(c.Reassign(turn.number, WRITER, "busy"), DECIDER, lanes=both)


def test_person_acted_for_is_excluded_as_well(play: Play) -> None:
    play.complete("gather", WRITER, **READY)
    lanes = {"writer": (WRITER,), "decider": (OTHER, WRITER), "head": (HEAD,)}
    play.complete("terms", OTHER, behalf=WRITER, fields={"amount": "5"}, lanes=lanes)
    turn = play.turn("decide")
    assert turn.candidates == (HEAD,), "both hands are excluded, so the fallback is asked"
    completed = next(event for event in play.events if event.kind == "completed" and event.data["step"] == "terms")
    assert (completed.actor, completed.behalf, completed.data["person"]) == (OTHER, WRITER, WRITER)


def test_nobody_left_for_the_next_step_is_missing(play: Play) -> None:
    play.complete("gather", WRITER, **READY)
    lanes = {"writer": (WRITER,), "decider": (WRITER,), "head": ()}
    command = c.Complete(play.turn("terms").number, "done", {"amount": "1"})
    assert play.refusal(command, WRITER, lanes=lanes) == [("lane", "decider")]


def test_start_needs_somebody_and_happens_once(play: Play) -> None:
    with pytest.raises(Conflict):
        play.start()
    fresh = Play("deciding", lanes={})
    assert fresh.refusal(c.Start("v1", "thing", 1), 1) == [("lane", "writer")]


def test_refusal_leads_back_and_a_change_then_voids_nothing(play: Play) -> None:
    to_decide(play)
    play.complete("decide", DECIDER, "refuse", reason="too much")
    kinds = play.complete("terms", WRITER, fields={"amount": "7"}, subject={"amount": "500000.00"})
    assert "voided" not in kinds and play.waits() == ["decide"]
    assert [item.lapsed for item in play.state.rounds.values()] == ["", "repeated", "repeated", "", ""]


def test_change_of_the_amount_after_approval_brings_the_run_back(play: Play) -> None:
    to_decide(play)
    play.complete("decide", DECIDER)
    number = play.turn("deliver").number
    kinds = play.do(c.SubjectChanged(("amount", "colour")), OTHER)
    assert kinds == ["subject_changed", "voided", "stage_entered", "step_opened"]
    assert play.waits() == ["decide"] and play.turn("decide").assignee == DECIDER
    assert play.state.turns[number].state == "cancelled" and play.state.stage == "verdict"
    check_history(play.state, play.events)


def test_change_made_in_a_later_step_voids_instead_of_going_on(play: Play) -> None:
    to_decide(play)
    play.complete("decide", DECIDER)
    same = {"fields": {"amount": "500,000.00"}, "subject": {"amount": "500000"}}
    kinds = play.complete("deliver", WRITER, fields={"amount": "1.00"}, subject=same["subject"])
    assert kinds == ["completed", "step_done", "voided", "stage_entered", "step_opened"]
    play.complete("decide", DECIDER)
    play.complete("deliver", WRITER, **same)
    assert play.state.state == "success"


def test_change_nobody_cares_for_makes_no_event(play: Play) -> None:
    assert play.do(c.SubjectChanged(("colour",)), OTHER) == []
    assert play.do(c.SubjectChanged(("amount",)), OTHER) == ["subject_changed"]


def test_form_shown_before_a_change_is_stale(play: Play) -> None:
    play.complete("gather", WRITER, **READY)
    turn = play.turn("terms")
    play.do(c.SubjectChanged(("amount",)), OTHER)
    with pytest.raises(Conflict):
        play.do(c.Complete(turn.number, "done", {"amount": "3"}, version=turn.version), WRITER)
