"""The builder's shape and the body of a definition say the same; what the builder makes passes the core's lint."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.work.rules import kinds as k
from app.work.rules.kind_bodies import ROLES, body_of, kind_of
from app.work.rules.kind_texts import Words
from app.workflow.queries.seeds import parse
from app.workflow.rules.lint import Names, check

KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)
PLAIN = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)
HALF = st.builds(Words, PLAIN, PLAIN)
WHOLE = st.builds(
    Words, st.text("客户回访拜访报告", min_size=1, max_size=6), st.text("abc xyz", min_size=1).filter(str.strip)
)
NAMES = Names(
    lanes=frozenset({"work_sender", "work_doers", "work_lead", "unit_head", "unit_role"}),
    sets=frozenset(),
    guards=frozenset(),
    subjects={"work_item": frozenset({"shared", "digest", "lead_unit"})},
    options=frozenset({"work_units"}),
)


def unique(strategy, key, most=2):
    return st.lists(strategy, max_size=most, unique_by=key).map(tuple)


def options(words, least=0):
    return st.lists(st.builds(k.Option, KEYS, words), min_size=least, max_size=2, unique_by=lambda o: o.key).map(tuple)


@st.composite
def fields(draw, words, table=True):
    kind = draw(st.sampled_from([t for t in _TYPES if table or t != "table"]))
    least, most = draw(st.tuples(st.integers(0, 9), st.integers(10, 90)))
    bounded = kind in ("integer", "decimal", "money", "table") and draw(st.booleans())
    return k.Field(
        key=draw(KEYS),
        type=kind,
        title=draw(words),
        help=draw(words) if draw(st.booleans()) else Words(),
        required=draw(st.booleans()),
        min=str(least) if bounded else "",
        max=str(most) if bounded else "",
        max_length=draw(st.none() | st.integers(1, 500)) if kind in ("text", "longtext") else None,
        options=draw(options(words, 1)) if kind in ("choice", "choices") else (),
        columns=draw(st.lists(fields(words, table=False), min_size=1, max_size=3, unique_by=lambda f: f.key).map(tuple))
        if kind == "table"
        else (),
    )


_TYPES = ("text", "longtext", "integer", "decimal", "money", "date", "datetime", "boolean", "choice", "choices",
          "person", "table")  # fmt: skip


@st.composite
def kinds(draw, words=WHOLE):
    direction = draw(st.sampled_from(k.DIRECTIONS))
    keys = draw(st.lists(KEYS, min_size=1, max_size=4, unique=True))
    steps = []
    for number, key in enumerate(keys):
        first = number == 0
        sort = k.WORK if first and direction == k.RAISED else draw(st.sampled_from(k.SORTS))
        role = st.sampled_from(sorted(ROLES)).map(lambda role: k.ROLE + role)
        who = draw(st.sampled_from([k.SENDER, k.DOERS, k.HEAD]) | role)
        back = draw(st.sampled_from(["", *keys[:number]]))
        due = draw(st.none() | st.integers(0, 60))
        told = draw(st.none() | st.integers(0, 20)) if due is not None else None
        steps.append(
            k.Step(
                key=key,
                sort=sort,
                title=draw(words),
                who=(k.SENDER if direction == k.RAISED else k.DOERS) if first else who,
                instruction=draw(words | st.just(Words())),
                button=draw(words),
                back=back,
                back_button=draw(words) if back else k.BACK_BUTTONS[sort],
                due=due,
                due_unit=draw(st.sampled_from(["working_days", "hours"])) if due is not None else "working_days",
                tell_after=told,
                hand_over=told is not None and draw(st.booleans()),
                fields=draw(unique(fields(words), lambda f: f.key)),
                checklist=draw(unique(st.builds(k.Item, KEYS, words, st.booleans()), lambda i: i.key)),
                evidence=draw(
                    unique(
                        st.builds(
                            k.Proof, KEYS, words, st.sampled_from([("file",), ("text",), ("file", "text")]),
                            st.integers(0, 3), st.integers(3, 20),
                        ),
                        lambda p: p.key,
                        2,
                    )
                ),
            )
        )  # fmt: skip
    return k.Kind(draw(KEYS), draw(words), draw(words | st.just(Words())), direction, tuple(steps))


@settings(max_examples=30)
@given(kinds(HALF))
def test_there_and_back_again_also_while_unfinished(kind):
    body = body_of(kind)
    assert kind_of(json.loads(json.dumps(body))) == kind


@settings(max_examples=30)
@given(kinds())
def test_what_the_builder_makes_passes_the_lint(kind):
    assert check(body_of(kind), NAMES) == []


@settings(max_examples=30)
@given(kinds(), st.integers(0, 5), st.sampled_from([-1, 1]), st.sampled_from(["", k.HEAD, k.SENDER]), st.booleans())
def test_moving_steps_and_switching_approval_and_acceptance_leaves_a_kind_that_passes(kind, place, by, who, accept):
    changed = k.sound_backs(replace(kind, steps=k.moved(kind.steps, place, by)))
    changed = k.with_approval(k.with_accept(changed, accept), who)
    assert kind_of(body_of(changed)) == changed
    assert any(step.sort == k.APPROVE for step in changed.steps) == bool(who)
    assert any(step.sort == k.ACCEPT for step in changed.steps) == accept
    if changed.steps:
        assert check(body_of(changed), NAMES) == []


@pytest.mark.parametrize("direction", k.DIRECTIONS)
def test_a_kind_from_scratch_is_whole(direction):
    kind = k.new_kind("errand", Words("跑腿", "Errand"), direction)
    assert check(body_of(kind), NAMES) == [] and kind_of(body_of(kind)) == kind
    whole = k.with_approval(k.with_accept(kind, True), k.HEAD)
    assert [step.sort for step in whole.steps].count(k.APPROVE) == 1
    assert k.with_approval(k.with_accept(whole, False), "") == kind


def test_a_body_that_says_more_is_no_kind():
    body = body_of(k.new_kind("errand", Words("跑腿", "Errand"), k.ASSIGNED))
    assert kind_of({**body, "start": "review"}) is None
    assert kind_of({**body, "close_from_anywhere": ["cancelled"]}) is None
    assert kind_of({}) is None and kind_of([]) is None and kind_of({"steps": 3}) is None


SEEDS = sorted((Path(__file__).parents[2] / "app/work/definitions").glob("*.yaml"))


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_every_shipped_definition_is_whole(path):
    body = parse(path.read_text(encoding="utf-8"))
    if body["subject"] == "work_item":
        assert check(body, NAMES) == []
