"""The difference of two versions in words: which step, which field, from what to what."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.workflow.rules.changes import ADDED, CHANGED, MOVED, REMOVED, changes
from tests.workflow.processes import body


def said(old, new):
    return [
        (" > ".join(str(part) for part in c.where), c.sort, str(c.what or ""), c.old, c.new) for c in changes(old, new)
    ]


@pytest.fixture
def old():
    found = body("deciding")
    found["steps"][0]["fields"] = [
        {"key": "amount", "type": "money", "title": {"zh": "金额", "en": "Amount"}, "required": True, "max": "100"},
        {"key": "why", "type": "text", "title": {"zh": "理由", "en": "Why"}},
    ]
    return found


def test_the_step_and_the_field_are_named(app, old):
    new = copy.deepcopy(old)
    step = new["steps"][0]
    title = step["title"]["zh"]
    step["fields"][0]["max"] = "200"
    step["fields"][0]["required"] = False
    step["due"] = {"within": 2, "unit": "working_days"}
    with app.test_request_context():
        found = said(old, new)
    assert (f"步骤“{title}” > 字段“金额”", CHANGED, "最多", "100", "200") in found
    assert (f"步骤“{title}” > 字段“金额”", CHANGED, "必填", "是", "否") in found
    assert any(where == f"步骤“{title}”" and new == "2 个工作日" for where, _s, _w, _o, new in found)


def test_what_came_and_went_and_moved(app, old):
    new = copy.deepcopy(old)
    fields = new["steps"][0]["fields"]
    fields.reverse()
    fields.append({"key": "note", "type": "text", "title": {"zh": "备注", "en": "Note"}})
    gone = new["steps"].pop()
    with app.test_request_context():
        found = {(where.split(" > ")[-1], sort) for where, sort, *_rest in said(old, new)}
    assert {("字段“备注”", ADDED), ("字段“理由”", MOVED), (f"步骤“{gone['title']['zh']}”", REMOVED)} <= found


def test_a_long_text_is_cut_to_where_it_differs(app, old):
    old["steps"][0]["instruction"] = {"zh": "很" * 500 + "早", "en": "x"}
    new = copy.deepcopy(old)
    new["steps"][0]["instruction"]["zh"] = "很" * 500 + "晚"
    with app.test_request_context():
        ((_where, _sort, _what, before, after),) = said(old, new)
    assert before.endswith("早") and after.endswith("晚") and len(after) < 60


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["key", "title", "zh", "en", "steps", "fields", "lanes", "within", "to", "due", "x"]), inner, max_size=4
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=200)
@given(JSON, JSON)
def test_any_two_texts_can_be_compared(one, other):
    """What people have written may have any form; nothing is told of equal ones."""
    assert changes(one, json.loads(json.dumps(one))) == []
    for change in changes(one, other):
        assert change.where is not None
