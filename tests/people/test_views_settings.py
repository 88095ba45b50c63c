"""The page of settings: all of them in plain words, one changed at a time, and nothing typed is lost."""

import pytest

from app.core import settings
from tests.factories import people as make

pytestmark = pytest.mark.usefixtures("database")
HOUR, DAYS, POSTS, CHECKED, LIMIT = (
    "work.log_due", "work.stalled_days", "work.log_posts", "work.notices_checked", "sales.leader_authority",
)  # fmt: skip
FORM = ".q-setting form"


def enter(client, role, **more):
    client.sign_in(make.create_person(post="administrator", role=role, **more))
    return client


def at(key):
    return f"/admin/settings/{key}"


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("role", ["sysadmin", "secadmin", "auditor"])
def test_administrators_read_every_setting_with_its_value(client, role, locale):
    page = enter(client, role, locale=locale).page("/admin/settings")
    assert len(page.css(".q-setting")) == sum(len(lines) for _room, lines in settings.grouped())
    for word in ("18:30", "5,000,000.00"):
        assert word in page.text()
    assert "demonstration" not in page.text()
    assert client.page("/admin").css('a[href="/admin/settings"]')


def test_each_administrator_changes_only_what_is_theirs(client):
    for role, theirs in (("sysadmin", {HOUR, DAYS, POSTS}), ("secadmin", {CHECKED, LIMIT}), ("auditor", set())):
        page = enter(client, role).page("/admin/settings")
        offered = {link.attributes["href"].split("#")[0] for link in page.css("a.q-setting-act")}
        for key in (HOUR, DAYS, POSTS, CHECKED, LIMIT):
            assert (at(key) in offered) is (key in theirs)
            if key not in theirs:
                assert not client.page(at(key)).css(FORM)
                client.send(at(key), {"value": "1"}, status=403)
                client.send(at(key), {"default": "1"}, status=403)
        client.sign_out()


@pytest.mark.parametrize(
    ("key", "typed", "kept", "said"),
    [
        (HOUR, "17:05", "17:05", "17:05"),
        (DAYS, "12", 12, "12 个工作日"),
        (POSTS, ["teller", "assistant"], ["teller", "assistant"], "柜员"),
    ],
)
def test_a_setting_is_changed_and_set_back(client, key, typed, kept, said):
    before = settings.get(key)
    page = enter(client, "sysadmin").page(at(key))
    saved = client.submit(page, FORM, value=typed)
    assert settings.get(key) == kept
    assert said in saved.text()
    page = client.page(at(key))
    client.submit(page, FORM, default="1")
    assert settings.get(key) == before


def test_controls_are_changed_by_the_security_administrator(client):
    enter(client, "secadmin")
    client.submit(client.page(at(CHECKED)), FORM, value="1")
    client.submit(client.page(at(LIMIT)), FORM, value="1,000,000")
    assert settings.get(CHECKED) is True
    assert settings.get(LIMIT) == "1000000.00"


@pytest.mark.parametrize(
    ("key", "typed"), [(HOUR, "25:00"), (DAYS, "0"), (DAYS, "soon"), (HOUR, ""), (DAYS, "x" * 300)]
)
def test_what_does_not_fit_is_said_at_the_field_and_stays_typed(client, key, typed):
    before = settings.get(key)
    page = client.submit(enter(client, "sysadmin").page(at(key)), FORM, value=typed, status=422)
    assert page.css(".q-error")
    field = page.css('[name="value"]')[0]
    assert field.attributes["value"] == typed
    assert field.attributes["aria-invalid"] == "true"
    assert settings.get(key) == before


def test_no_post_or_a_strange_one_is_refused_where_there_must_be_one(client):
    enter(client, "sysadmin")
    key = "work.manager_posts"
    for typed in (None, "astronaut"):
        page = client.submit(client.page(at(key)), FORM, value=typed, status=422)
        assert page.css(".q-error")
    assert settings.get(key) == ["customer_manager"]


def test_a_stale_page_is_refused_clearly_and_keeps_what_was_typed(client):
    page = enter(client, "sysadmin").page(at(HOUR))
    settings.put(HOUR, "20:00")
    make.session.commit()
    refused = client.submit(page, FORM, value="17:00", status=409)
    assert "现为 20:00" in refused.text()
    assert refused.css('[name="value"]')[0].attributes["value"] == "17:00"
    client.submit(page, FORM, default="1", status=409)
    assert settings.get(HOUR) == "20:00"
    client.submit(refused, FORM)
    assert settings.get(HOUR) == "17:00"


def test_a_button_that_is_pressed_twice_saves_once_and_refuses_nobody(client):
    page = enter(client, "sysadmin").page(at(HOUR))
    for _n in range(2):
        assert "17:00" in client.submit(page, FORM, value="１７：００").text("#work-log_due")
    assert settings.get(HOUR) == "17:00"


def test_others_and_strange_keys_find_nothing(client):
    enter(client, "sysadmin")
    for key in ("ops.demonstration", "customers.contact_frequency", "x"):
        client.page(at(key), status=404)
        client.send(at(key), {"value": "1"}, status=404)
    client.sign_out()
    client.sign_in(make.create_person(post="branch_manager", role="supervisor"))
    client.page("/admin/settings", status=403)


def test_one_is_said_as_one_and_the_tab_stands_while_a_setting_is_open(client):
    enter(client, "sysadmin", locale="en")
    assert client.page("/admin/settings").text("#work-remind_days strong").strip() == "1 day"
    page = client.page(at("work.remind_days"))
    assert page.css(".q-tabs [aria-current]")[0].attributes["href"] == "/admin/settings"
