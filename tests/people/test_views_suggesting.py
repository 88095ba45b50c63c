"""Suggestions while a name is typed: the same reach as the lists, few, told apart, and nothing that is typed breaks them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from app.core.actor import SYSTEM
from app.people import audiences
from app.people.operations import leave_team
from app.people.permissions import GRANT_EDIT, PERSON_VIEW
from app.work.permissions import ASSIGN
from tests.factories.people import create_person, create_team, create_unit, root
from tests.support.client import Client
from tests.support.statements import Seen


def asked(client: Client, q: str, under: str = ASSIGN, status: int = 200) -> Any:
    """What the box is answered."""
    answer = client.get("/audiences/suggestions", query_string={"under": under, "q": q})
    assert answer.status_code == status, answer.text
    return answer.get_json() if status == 200 else None


def named(client: Client, q: str, under: str = ASSIGN) -> list[str]:
    """The names that are suggested."""
    return [one["name"] for one in asked(client, q, under)["people"]]


@pytest.mark.parametrize("q", ["王小明", "小明", "wxm", "WXM", "wangxiaoming", "wangx", " xm "])
def test_a_person_is_found_by_name_pinyin_and_initials(client: Client, q: str) -> None:
    head = create_person("主管", role="supervisor")
    create_person("王小明")
    create_person("李大力")
    client.sign_in(head)
    assert named(client, q) == ["王小明"]


def test_two_of_one_name_are_told_apart_by_unit_and_post(client: Client) -> None:
    east, west = create_unit("城东支行", parent=root()), create_unit("城西支行", parent=root())
    head = create_person("主管", role="supervisor")
    create_person("王小明", unit=east, post="teller")
    create_person("王小明", unit=west, post="customer_manager")
    client.sign_in(head)
    notes = {one["note"] for one in asked(client, "wxm")["people"]}
    assert len(notes) == 2
    assert {"城东支行 · 柜员"} < notes


def test_nobody_is_named_beyond_the_reach_of_the_permission(client: Client) -> None:
    east, west = create_unit("城东支行", parent=root()), create_unit("城西支行", parent=root())
    head = create_person("主管", unit=east, role="supervisor")
    leader, member = create_person("组长", unit=west), create_person("王晓敏", unit=west)
    team = create_team("一组", unit=west, leader=leader, relationship=member)
    create_person("王小明", unit=east)
    create_person("王雪梅", unit=west)
    client.sign_in(head)
    assert named(client, "wxm") == ["王小明"]
    client.sign_out()
    client.sign_in(leader)
    assert named(client, "wxm") == ["王晓敏"]
    leave_team(SYSTEM, team.id, person_id=member.id, role="relationship")
    assert named(client, "wxm") == []


def test_who_has_left_is_not_suggested(client: Client) -> None:
    head, gone = create_person("主管", role="supervisor"), create_person("王小明")
    gone.state = "left"
    client.sign_in(head)
    assert named(client, "wxm") == []


def test_at_most_ten_and_it_says_that_there_are_more(client: Client) -> None:
    head = create_person("主管", role="supervisor")
    for number in range(11):
        create_person(f"王小明{number}")
    client.sign_in(head)
    found = asked(client, "wxm")
    assert len(found["people"]) == 10
    assert found["more"] is True
    found = asked(client, "wxm 3")
    assert (len(found["people"]), found["more"]) == (1, False)


@pytest.mark.parametrize(
    "q",
    [
        "",
        " ",
        "\x00",
        "w\x00x",
        "😀",
        "😀😀😀",
        '"',
        "'; drop",
        "*",
        "NEAR(",
        "AND",
        "%",
        "a" * 100_000,
        "王" * 100_000,
    ],
)
def test_whatever_is_typed_is_answered(client: Client, q: str) -> None:
    client.sign_in(create_person("主管", role="supervisor"))
    assert asked(client, q)["people"] == []


def test_it_answers_for_purposes_only_and_nobody_without_the_right(client: Client) -> None:
    assert client.get(f"/audiences/suggestions?under={ASSIGN}&q=x").status_code == 303
    client.sign_in(create_person("员工"))
    asked(client, "wxm", ASSIGN, status=403)
    for nothing in ("", "people:profile:edit", "\x00", "x" * 5000):
        asked(client, "wxm", nothing, status=404)
    audiences.chosen_under(GRANT_EDIT)
    try:
        asked(client, "wxm", GRANT_EDIT, status=403)
    finally:
        audiences._purposes.discard(GRANT_EDIT)


def test_constant_statements(client: Client, statements: Callable[[], AbstractContextManager[Seen]]) -> None:
    client.sign_in(create_person("主管", role="supervisor", post="branch_manager"))
    counts = []
    for more in (2, 12):
        for _number in range(more):
            create_person("王小明", unit=create_unit(parent=root()))
        asked(client, "wxm")
        with statements() as seen:
            assert asked(client, "wxm")["people"]
        counts.append(seen.count)
    assert counts[0] == counts[1]


def test_a_team_takes_whom_its_box_has_found_and_nobody_beyond(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.people.views.teams.MOST_CANDIDATES", 1)  # as where there are more than a list shows
    east, west = create_unit("城东支行", parent=root()), create_unit("城西支行", parent=root())
    head = create_person("阿主管", unit=east, role="supervisor")
    found, beyond = create_person("王小明", unit=east), create_person("王雪梅", unit=west)
    team = create_team("一组", unit=east)
    client.sign_in(head)
    page = client.page(f"/admin/teams/{team.id}")
    form = f"form[action='/admin/teams/{team.id}/members']"
    assert named(client, "wxm", PERSON_VIEW) == ["王小明"]
    for person, status in ((beyond, 422), (found, 303)):
        typed = {**page.form(form), "person_id": str(person.id), "role": "support"}
        assert client.post(f"/admin/teams/{team.id}/members", data=typed).status_code == status
