"""The eight-step sale as content: whole, bilingual, humane, and never waiting for a clock (D1–D6)."""

import re
from pathlib import Path

import pytest
import yaml

from app.workflow import registry
from app.workflow.rules import lint
from app.workflow.rules.reading import read

BODY = yaml.safe_load((Path(__file__).parents[2] / "app/sales/definitions/sale.yaml").read_text(encoding="utf-8"))
SALE = read(BODY)
STEPS = list(SALE.steps.values())
BAD_CHINESE = re.compile(r"[\u4e00-\u9fff”》][,:;?!()]|[,:;?!()][\u4e00-\u9fff“]")


def texts(value, place=""):
    """Every bilingual text of the body with its place."""
    if isinstance(value, dict):
        if value and set(value) <= {"zh", "en"}:
            yield place, value
        else:
            for key, item in value.items():
                yield from texts(item, f"{place}.{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from texts(item, f"{place}.{number}")


def test_the_lint_finds_no_fault(app):
    assert lint.lint(SALE, registry.names()) == []


def test_the_eight_stages_stand_in_their_order_and_each_has_a_step():
    assert [stage.key for stage in SALE.stages] == [
        "preparation", "approach", "situation", "presenting", "objections", "closing", "after_sales", "review",
    ]  # fmt: skip
    assert {step.stage for step in STEPS} == {stage.key for stage in SALE.stages}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.key)
def test_every_step_says_who_does_what_until_when_and_teaches_it(step):
    assert step.instruction and step.lane and step.due
    assert step.escalation, "an overdue step tells somebody"
    assert 1 <= len(step.fields) <= 5, "nobody types more than five fields in a step"
    card = step.card
    assert card and 2 <= len(card.skills) <= 4 and len(card.mistakes) >= 2
    assert len(card.good["zh"]) > 60 and len(card.example["zh"]) > 50


def test_skills_have_keys_of_their_own():
    keys = [skill.key for step in STEPS for skill in step.card.skills]
    assert len(keys) == len(set(keys)) > 30


def test_every_text_stands_in_both_languages_with_the_punctuation_of_each():
    found = list(texts(BODY))
    assert len(found) > 300
    for place, pair in found:
        assert set(pair) == {"zh", "en"} and pair["zh"].strip() and pair["en"].strip(), place
        assert not BAD_CHINESE.search(pair["zh"]), (place, pair["zh"])
        assert not re.search(r"[\u4e00-\u9fff]", pair["en"]), (place, pair["en"])


def test_no_step_waits_for_a_clock():
    for step in STEPS:
        for field in step.fields:
            assert field.type not in ("date", "datetime") or (field.min is None and field.max is None), step.key


def test_the_proposer_never_decides_and_there_are_at_most_two_links():
    deciding = [step for step in STEPS if step.not_same_as]
    assert [step.key for step in deciding] == ["decide", "decide_unit"]
    for step in deciding:
        assert "terms" in step.not_same_as
        assert set(step.voided_by) == {"amount", "products", "terms"}
        assert step.due.within <= 2
    assert SALE.step("decide_unit").outcome("approve").to == ("sign",), "nobody decides after the second link"


def test_lost_and_cancelled_can_be_reached_from_anywhere_with_a_reason_tree():
    assert set(SALE.close_from_anywhere) == {"lost", "cancelled"}
    for key in SALE.close_from_anywhere:
        end = SALE.ends[key]
        assert len(end.reasons) >= 3
        assert end.reason("other") is not None
        assert any(reason.children for reason in end.reasons)
