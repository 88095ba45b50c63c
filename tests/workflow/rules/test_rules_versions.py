"""Moving open runs to another version: dry run, step map, differences."""

import copy
from typing import Any

import pytest

from app.core.errors import Conflict, Invalid
from app.workflow.rules import commands as c
from app.workflow.rules.reading import read
from app.workflow.rules.versions import differences, dry_run, step_map
from tests.workflow.playing import Play, check_history
from tests.workflow.processes import body

ANNA, BERT, CARL = 1, 2, 3


def renamed(plain: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """The body with one step under another key."""
    copied = copy.deepcopy(plain)
    for step in copied["steps"]:
        step["key"] = new if step["key"] == old else step["key"]
        for outcome in step["outcomes"]:
            if "to" in outcome:
                targets = outcome["to"] if isinstance(outcome["to"], list) else [outcome["to"]]
                outcome["to"] = [new if key == old else key for key in targets]
        for name in ("returns", "not_same_as"):
            if name in step:
                step[name] = [new if key == old else key for key in step[name]]
    return copied


@pytest.fixture
def play() -> Play:
    play = Play("deciding", lanes={"writer": (ANNA,), "decider": (CARL,), "head": (BERT,)})
    play.start(ANNA)
    play.complete("gather", ANNA, "skip", reason="none")
    play.complete("terms", ANNA, fields={"amount": 5})
    return play


def test_moved_with_a_step_map_the_run_goes_on(play: Play) -> None:
    new = read(renamed(body("deciding"), "terms", "offer"))
    assert step_map(play.definition, new)["terms"] is None
    assert dry_run(play.definition, new, play.state, {"terms": "offer"}) == []
    kinds = play.do(c.MoveVersion(new, "v2", {"terms": "offer"}), 9)
    assert kinds == ["version_moved"] and play.state.definition == "v2"
    assert play.turn("decide").assignee == CARL
    assert play.refusal(c.Complete(3, "approve"), ANNA) == [("lane", "decider")], "who proposed is still known"
    play.back("decide", "offer", CARL)
    assert play.waits() == ["offer"]
    check_history(play.state, play.events)
    with pytest.raises(Conflict):
        play.do(c.MoveVersion(new, "v2"), 9)


def test_step_that_waits_must_have_an_heir(play: Play) -> None:
    new = read(renamed(body("deciding"), "decide", "judge"))
    assert [(fault.place, fault.code) for fault in dry_run(play.definition, new, play.state, {})] == [
        ("steps.decide", "unmapped")
    ]
    with pytest.raises(Invalid):
        play.do(c.MoveVersion(new, "v2"), 9)
    with pytest.raises(Invalid):
        play.do(c.MoveVersion(new, "v2", {"decide": "nowhere"}), 9)
    play.do(c.MoveVersion(new, "v2", {"decide": "judge"}), 9)
    play.complete("judge", CARL)
    assert play.waits() == ["deliver"]


def test_other_stage_is_entered_and_other_lane_asked(play: Play) -> None:
    plain = body("deciding")
    plain["steps"][2].update(stage="after", lane="head")
    play.do(c.MoveVersion(read(plain), "v2"), 9)
    assert play.state.stage == "after" and play.turn("decide").assignee == BERT


def test_another_process_or_another_number_of_people_is_refused(play: Play) -> None:
    assert [fault.code for fault in dry_run(play.definition, read(body("rating")), play.state, {})] == ["process"]
    plain = body("deciding")
    plain["steps"][2]["multiply"] = {"of": "crowd"}
    assert [fault.code for fault in dry_run(play.definition, read(plain), play.state, {})] == ["multiply"]


def test_branches_that_would_not_meet_are_refused() -> None:
    play = Play("branching", lanes={"doer": (ANNA,)})
    play.start(ANNA)
    play.complete("brief", ANNA)
    play.complete("split", ANNA)
    assert {fault.code for fault in dry_run(play.definition, play.definition, play.state, {"money": "close"})} == {
        "fork"
    }
    assert dry_run(play.definition, play.definition, play.state, {"money": "check"}) == []


def test_differences_name_their_places() -> None:
    old, new = body("deciding"), renamed(body("deciding"), "decide", "judge")
    new["steps"][0]["title"]["en"] = "Collect"
    found = {item.place: (item.old, item.new) for item in differences(old, new)}
    assert found["steps.gather.title.en"] == ("Gather", "Collect")
    assert {"steps.decide", "steps.judge"} <= found.keys() and not list(differences(old, old))
