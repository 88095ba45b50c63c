"""Reading and linting definitions: a sentence with its place per fault, and never a crash."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.workflow.rules.lint import Names, check
from app.workflow.rules.reading import read
from tests.workflow.processes import body

Body = dict[str, Any]
TITLE = {"zh": "名", "en": "name"}


def step(plain: Body, key: str) -> Body:
    return next(item for item in plain["steps"] if item["key"] == key)


def out(plain: Body, key: str, position: int = 0) -> Body:
    found: Body = step(plain, key)["outcomes"][position]
    return found


@pytest.mark.parametrize("name", ["deciding", "branching", "rating", "observing"])
def test_the_tiny_processes_are_faultless(name: str) -> None:
    assert check(body(name)) == []


def extra(key: str, **more: Any) -> Body:
    base = {"key": key, "stage": "one", "title": TITLE, "lane": "doer"}
    return {**base, "outcomes": [{"key": "done", "title": TITLE, "end": "won"}], **more}


CASES: list[tuple[str, str, Callable[[Body], Any], str, str]] = [
    ("deciding", "form", lambda b: b.pop("title"), "title", "required"),
    ("deciding", "half a text", lambda b: b["title"].pop("en"), "title.en", "required"),
    ("deciding", "slip of the pen", lambda b: step(b, "terms").update(feilds=[]), "steps.terms.feilds", "unknown"),
    ("deciding", "key", lambda b: step(b, "terms").update(key="Terms!"), "steps.1.key", "key"),
    ("deciding", "step twice", lambda b: b["steps"].append(step(b, "terms")), "steps.terms", "duplicate"),
    ("deciding", "field twice", lambda b: step(b, "terms")["fields"].append(step(b, "terms")["fields"][0]),
     "steps.terms.fields.amount", "duplicate"),
    ("deciding", "reason twice", lambda b: b["ends"][1]["reasons"][0]["children"].append({"key": "price", "title": TITLE}),
     "ends.lost.reasons.price", "duplicate"),
    ("deciding", "way to nowhere and somewhere", lambda b: out(b, "terms").update(end="won"),
     "steps.terms.outcomes.done.to", "outcome"),
    ("deciding", "unknown type", lambda b: step(b, "terms")["fields"][0].update(type="gold"),
     "steps.terms.fields.amount.type", "choice"),
    ("deciding", "long due", lambda b: step(b, "gather")["due"].update(within=10**30), "steps.gather.due.within", "limit"),
    ("deciding", "start", lambda b: b.update(start="nowhere"), "start", "unknown"),
    ("deciding", "unknown step", lambda b: out(b, "terms").update(to="nowhere"), "steps.terms.outcomes.done.to", "unknown"),
    ("deciding", "unknown end", lambda b: out(b, "deliver").update(end="nowhere"),
     "steps.deliver.outcomes.done.end", "unknown"),
    ("deciding", "unknown stage", lambda b: step(b, "terms").update(stage="nowhere"), "steps.terms.stage", "unknown"),
    ("deciding", "unknown lane", lambda b: step(b, "terms").update(lane="nobody"), "steps.terms.lane", "unknown"),
    ("deciding", "no lane", lambda b: step(b, "terms").pop("lane"), "steps.terms.lane", "required"),
    ("deciding", "unknown rung", lambda b: step(b, "gather")["escalation"][0].update(to="nobody"),
     "steps.gather.escalation", "unknown"),
    ("deciding", "rungs out of order", lambda b: step(b, "gather")["escalation"].reverse(),
     "steps.gather.escalation", "order"),
    ("deciding", "never due", lambda b: step(b, "gather").pop("due"), "steps.gather.escalation", "due"),
    ("deciding", "return to nowhere", lambda b: step(b, "deliver").update(returns=["nowhere"]),
     "steps.deliver.returns", "unknown"),
    ("deciding", "return forward", lambda b: step(b, "terms").update(returns=["deliver"]), "steps.terms.returns",
     "never_before"),
    ("deciding", "return to itself", lambda b: step(b, "terms").update(returns=["terms"]), "steps.terms.returns", "itself"),
    ("deciding", "excluded by what comes later", lambda b: step(b, "gather").update(not_same_as=["deliver"]),
     "steps.gather.not_same_as", "never_before"),
    ("deciding", "decision that changes itself", lambda b: step(b, "decide").update(fields=step(b, "terms")["fields"]),
     "steps.decide.fields.amount.bind", "voids_itself"),
    ("deciding", "success from anywhere", lambda b: b.update(close_from_anywhere=["won"]), "close_from_anywhere", "success"),
    ("deciding", "nothing to close with", lambda b: b.pop("close_from_anywhere"), "close_from_anywhere", "required"),
    ("deciding", "unreachable step", lambda b: b["steps"].append(extra("lonely", stage="work", lane="writer")),
     "steps.lonely", "unreachable"),
    ("deciding", "unreachable end", lambda b: b.update(close_from_anywhere=["lost"]), "ends.cancelled", "unreachable"),
    ("deciding", "no way to a good end", lambda b: out(b, "deliver").update(end="lost"), "steps.terms", "no_success"),
    ("deciding", "ordinary way asks for nothing", lambda b: out(b, "terms").update(unconditional=True),
     "steps.terms.outcomes", "unconditional"),
    ("deciding", "stage without steps", lambda b: b["stages"].append({"key": "empty", "title": TITLE}),
     "stages.empty", "unused"),
    ("deciding", "least over most", lambda b: step(b, "terms")["fields"][0].update(max="0.001"),
     "steps.terms.fields.amount.max", "limit"),
    ("deciding", "crossed limits", lambda b: step(b, "terms")["fields"][0].update(min=5, max=4),
     "steps.terms.fields.amount", "limit"),
    ("deciding", "crossed evidence", lambda b: step(b, "gather")["evidence"][0].update(min=3),
     "steps.gather.evidence.dossier", "limit"),
    ("deciding", "choice of nothing", lambda b: step(b, "gather")["fields"][0].update(type="choice", max_length=None),
     "steps.gather.fields.place.options", "options"),
    ("deciding", "table without columns", lambda b: step(b, "gather")["fields"][0].update(type="table", max_length=None),
     "steps.gather.fields.place.columns", "columns"),
    ("rating", "fifty-one", lambda b: step(b, "rate")["multiply"].update(need=51), "steps.rate.multiply.need", "limit"),
    ("rating", "sealed for ever", lambda b: step(b, "close").update(sealed={"until": "ask"}),
     "steps.close.sealed.until", "never_after"),
    ("branching", "empty branch", lambda b: out(b, "split").update(to=["legal", "meet"]),
     "steps.split.outcomes.done", "empty_branch"),
    ("branching", "unclosed fork", lambda b: out(b, "money").update(to="close"), "steps.close", "fork_crossed"),
    ("branching", "good end inside", lambda b: out(b, "legal", 1).update(end="won"),
     "steps.legal.outcomes.stop", "fork_unclosed"),
    ("branching", "join outside", lambda b: out(b, "brief").update(to="meet"), "steps.brief.outcomes.done", "join_outside"),
    ("branching", "other stage", lambda b: step(b, "meet").update(stage="one"), "steps.meet.stage", "fork_stage"),
    ("branching", "two joins", lambda b: (b["steps"].append(extra("other", stage="two", join=True)),
                                          out(b, "money").update(to="other")), "steps.check.outcomes.done", "two_joins"),
    ("branching", "branch that never joins", lambda b: step(b, "check").update(
        outcomes=[{"key": "again", "title": TITLE, "to": "legal"}]), "steps.split.outcomes.done", "fork_unclosed"),
    ("branching", "same branch twice", lambda b: out(b, "split").update(to=["legal", "legal"]),
     "steps.split.outcomes.done.to", "duplicate"),
    ("branching", "way back out of a fork", lambda b: out(b, "check", 1).update(to="brief"), "steps.brief", "fork_crossed"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "why", "spoil", "place", "code"), CASES, ids=[f"{case[0]}: {case[1]}" for case in CASES]
)
def test_each_fault_has_its_sentence(name: str, why: str, spoil: Callable[[Body], Any], place: str, code: str) -> None:
    plain = copy.deepcopy(body(name))
    spoil(plain)
    faults = check(plain)
    assert (place, code) in [(fault.place, fault.code) for fault in faults], [(f.place, f.code) for f in faults]
    assert all(str(fault.message) for fault in faults)


def test_names_that_nobody_registered() -> None:
    known = Names(
        lanes=frozenset({"writers", "deciders"}),
        sets=frozenset(),
        guards=frozenset({"paid"}),
        subjects={"thing": frozenset({"terms"})},
        processes=frozenset(),
        children=frozenset(),
    )
    assert {(fault.place, fault.code) for fault in check(body("deciding"), known)} == {
        ("lanes.head.resolver", "unknown"),
        ("steps.gather.guards", "unknown"),
        ("steps.terms.fields.amount.bind", "unknown"),
        ("steps.decide.voided_by", "unknown"),
        ("steps.deliver.fields.amount.bind", "unknown"),
    }
    assert ("steps.plan.children.process", "unknown") in {(f.place, f.code) for f in check(body("observing"), known)}
    assert ("subject", "unknown") in {(f.place, f.code) for f in check(body("rating"), Names(subjects={}))}


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(junk)
def test_anything_at_all_is_read_or_refused(thing: Any) -> None:
    with pytest.raises(Invalid):
        read(thing)


@given(st.data())
def test_any_part_replaced_by_junk_is_refused_or_linted(data: st.DataObject) -> None:
    plain = copy.deepcopy(body(data.draw(st.sampled_from(["deciding", "branching", "rating", "observing"]))))
    spot: Any = plain
    for _ in range(data.draw(st.integers(0, 5))):
        inside = list(spot.values()) if isinstance(spot, dict) else list(spot)
        deeper = [item for item in inside if isinstance(item, (dict, list)) and item]
        if not deeper:
            break
        spot = data.draw(st.sampled_from(deeper))
    place = data.draw(st.sampled_from(list(spot) if isinstance(spot, dict) else list(range(len(spot)))))
    spot[place] = data.draw(junk)
    for fault in check(plain):
        assert str(fault.message) and "\x00" not in fault.place
