"""The part of a form that says for whom: what is ticked is read, shown again, previewed, and refused where it must be."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from app.people import audiences
from app.people.forms.audiences import AudienceForm
from app.people.permissions import GRANT_EDIT, PERSON_VIEW
from app.people.rules.audiences import Part, Rule
from app.web.forms import BaseForm
from app.web.render import page
from tests.factories.people import actor, create_person, create_team, create_unit, root
from tests.support.client import Client
from tests.support.statements import Seen


class Form(AudienceForm, BaseForm):
    """A form with nothing but the part."""


@pytest.fixture(autouse=True)
def _purpose() -> None:
    audiences.chosen_under(PERSON_VIEW)


def read(app: Flask, who: Any, *pairs: tuple[str, Any], then: Callable[[Form], Any] = lambda form: form.rule) -> Any:
    """What the form makes of these names and values."""
    with app.test_request_context("/", method="POST", data=MultiDict(pairs)):
        form = Form(meta={"csrf": False})
        form.offer_audience(actor(who), PERSON_VIEW)
        return then(form)


def test_what_is_ticked_becomes_a_rule(app: Flask) -> None:
    head = create_person(role="supervisor")
    found = read(
        app, head, ("audience.post", "teller"), ("audience.post", "assistant"), ("audience.hired.newer", "12"),
        ("audience.hired.before", "2026-01-01"), ("audience.also", "7"), ("audience.also", "x"), ("audience.without", "9"),
    )  # fmt: skip
    assert found == Rule(
        (
            Part("post", ("teller", "assistant")),
            Part("hired", ("before:2026-01-01",)),
            Part("hired", ("newer:12",)),
        ),
        (7,),
        (9,),
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hired.newer", "soon"),
        ("hired.after", "2026-02-31"),
        ("role", "king"),
        ("unit", "x"),
        ("customer_tier", "\x00"),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_kept(app: Flask, name: str, value: str) -> None:
    head = create_person(role="supervisor")

    def look(form: Form) -> tuple[bool, list[Any], Any]:
        return form.validate(), list(form.audience.errors), form.audience.typed

    good, errors, typed = read(app, head, (f"audience.{name}", value), ("audience.also", str(head.id)), then=look)
    assert not good
    assert errors
    if name.startswith("hired"):
        assert typed["hired"][name.partition(".")[2]] == value


def test_nobody_at_all_is_refused(app: Flask) -> None:
    head = create_person(role="supervisor")
    assert read(app, head, then=lambda form: (form.validate(), bool(form.audience.errors))) == (False, True)


def test_the_picker_shows_everything_again(app: Flask) -> None:
    head = create_person("主管", role="supervisor")
    far = create_person("欧阳远", post="teller")
    create_team("东区组", leader=far)

    def render(form: Form) -> str:
        return page("people/audiences/_picker.html", form=form)

    html = read(
        app, head, ("audience.post", "teller"), ("audience.hired.newer", "12"), ("audience.also", str(far.id)),
        ("audience.q", "zhu"), ("audience.find", "1"), then=render,
    )  # fmt: skip
    assert 'value="teller" checked' in html
    assert 'name="audience.hired.newer" value="12"' in html
    assert f'name="audience.also" value="{far.id}" checked' in html
    assert f'name="audience.also" value="{head.id}">' in html
    assert "东区组" in html
    assert "柜员" in html


def test_the_preview_says_who_and_why_and_keeps_who_is_left_out(client: Client) -> None:
    east = create_unit("城东支行", parent=root())
    head = create_person("主管", unit=east, post="branch_manager", role="supervisor")
    ann, bo = create_person("安一", unit=east, post="teller"), create_person("包二", unit=east, post="teller")
    create_person("外人", post="teller")
    client.sign_in(head)
    text = client.post(
        "/audiences/preview",
        data={"audience.permission": PERSON_VIEW, "audience.post": "teller", "audience.without": str(bo.id)},
    ).text
    assert "安一" in text
    assert "岗位：柜员" in text
    assert "不含：包二" in text
    assert "外人" not in text
    assert f'name="audience.without" value="{bo.id}" checked' in text
    assert f'name="audience.without" value="{ann.id}"' in text


def test_the_preview_answers_for_no_other_permission_and_nobody_without_it(client: Client) -> None:
    client.sign_in(create_person(role="supervisor"))
    assert client.post("/audiences/preview", data={"audience.permission": "people:profile:edit"}).status_code == 404
    assert client.post("/audiences/preview").status_code == 404
    audiences.chosen_under(GRANT_EDIT)
    try:
        assert client.post("/audiences/preview", data={"audience.permission": GRANT_EDIT}).status_code == 403
    finally:
        audiences._purposes.discard(GRANT_EDIT)


def test_many_are_paged_with_constant_statements(
    client: Client, statements: Callable[[], AbstractContextManager[Seen]]
) -> None:
    from tests.people.test_queries_audiences import _staff

    head = create_person("主管", role="supervisor", post="branch_manager")
    client.sign_in(head)
    counts = []
    for first, more in ((0, 3), (3, 297)):
        _staff(root().id, more, first)
        with statements() as seen:
            text = client.post(
                "/audiences/preview",
                data={"audience.permission": PERSON_VIEW, "audience.post": ["teller", "customer_manager"]},
            ).text
        counts.append(seen.count)
    assert counts[0] == counts[1]
    assert "300 人" in text
    assert "第 1 页，共 6 页" in text
    assert text.count('name="audience.without"') == 50


@pytest.mark.parametrize("named", ["also", "without", "team", "unit"])
def test_nobody_learns_by_id_who_or_what_is_out_of_reach(client: Client, named: str) -> None:
    far, unit = create_person("付远山"), create_unit("远郊支行", parent=root())
    team = create_team("远郊五组", unit=unit, leader=far)
    mate = create_person("同组人")
    learner = create_person(role="trainee", unit=create_unit("城东支行", parent=root()))
    create_team("城东一组", leader=mate, support=learner)
    ids = {"also": far.id, "without": far.id, "team": team.id, "unit": unit.id}
    given = {
        "audience.permission": PERSON_VIEW,
        "audience.post": "customer_manager",
        f"audience.{named}": [str(ids[named])],
    }
    shown = client.sign_in(learner).send("/audiences/preview", given).text("body")
    assert not {"付远山", "远郊支行", "远郊五组"} & {
        word for word in ("付远山", "远郊支行", "远郊五组") if word in shown
    }
    assert "管辖范围以外" in shown
    given[f"audience.{named}"] = ["7777777"]
    assert client.send("/audiences/preview", given).text("body") == shown  # which ids are somebody's is not told either
    own = {"audience.permission": PERSON_VIEW, "audience.also": str(mate.id)}
    assert "同组人" in client.send("/audiences/preview", own).text("body")


def test_what_stood_in_the_rule_is_named_to_who_reads_it(app: Flask) -> None:
    far, unit = create_person("付远山"), create_unit("远郊支行", parent=root())
    who = create_person(role="supervisor", unit=create_unit("城东支行", parent=root()))
    stood = Rule((Part("unit", (str(unit.id),)),), (far.id,))
    with app.test_request_context("/", method="POST", data=MultiDict([("audience.unit", str(unit.id)), ("audience.also", str(far.id))])):  # fmt: skip
        for stands in (True, False):
            form = Form(meta={"csrf": False})
            form.offer_audience(actor(who), PERSON_VIEW, stood if stands else None, stands=stands)
            found = page("people/audiences/_picker.html", form=form)
            assert ("付远山" in found) is ("远郊支行" in found) is form.validate() is stands
