"""The way in: sign-in page, sessions, first password, throttling, redirects."""

from datetime import timedelta

import pytest

from app.core.actor import SYSTEM
from app.core.database import session
from app.people import operations
from app.people.models import SignInSession
from app.people.operations import patience
from app.people.rules import throttle
from tests.factories import people as make

pytestmark = pytest.mark.usefixtures("database")


def enter(client, username: str, password: str = make.PASSWORD, **more):
    data = {"username": username, "password": password, **more.pop("data", {})}
    return client.post("/login", data=data, **more)


def test_the_page_is_public_and_says_nothing_about_accounts(client) -> None:
    page = client.page("/login")
    assert page.form("main form.q-form")["username"] == ""
    person = make.create_person()
    answers = [enter(client, name, "wrong password 1") for name in (person.username, "nobody")]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert "登录名或密码不正确" in answers[0].text


def test_signing_in_and_out(client) -> None:
    person = make.create_person()
    assert client.get("/me").status_code == 303
    assert enter(client, person.username.upper()).headers["Location"] == "/today"
    assert client.get("/me").status_code == 200
    assert client.get("/login").status_code == 303
    assert client.get("/logout").status_code in (404, 405)
    assert client.post("/logout").headers["Location"] == "/login"
    assert client.get("/me").status_code == 303


def test_a_stolen_cookie_dies_with_the_sign_out(client, app) -> None:
    person = make.create_person()
    client.sign_in(person)
    stolen = client.get_cookie("qiao").value
    client.post("/logout")
    thief = app.test_client()
    thief.set_cookie("qiao", stolen)
    assert thief.get("/me").status_code == 303


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/me", "/me"),
        ("/admin/people?q=%E6%9D%8E", "/admin/people?q=%E6%9D%8E"),
        ("https://evil.example/", "/today"),
        ("//evil.example/", "/today"),
        ("/\\evil.example", "/today"),
        ("javascript:alert(1)", "/today"),
        ("/a\nb", "/today"),
        ("", "/today"),
    ],
)
def test_the_way_on_never_leaves_the_house(client, wanted: str, goes: str) -> None:
    person = make.create_person()
    assert enter(client, person.username, data={"next": wanted}).headers["Location"] == goes


def test_a_page_asked_for_before_is_where_one_arrives(client) -> None:
    person = make.create_person()
    answer = client.get("/me")
    assert answer.headers["Location"] == "/login?next=/me"
    page = client.page(answer.headers["Location"])
    assert page.form("main form.q-form")["next"] == "/me"
    assert person


def test_a_guesser_waits_and_is_told_how_long(client) -> None:
    person = make.create_person()
    for _ in range(throttle.FREE):
        assert enter(client, person.username, "wrong password").status_code == 422
    answer = enter(client, person.username, "wrong password")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert enter(client, person.username).status_code == 303


def test_a_flood_of_guesses_takes_no_more_than_a_few_places(client, monkeypatch) -> None:
    person, neighbour = make.create_person(), make.create_person()
    for _ in range(throttle.FREE):
        enter(client, person.username, "wrong password")
    for _ in range(patience.PLACES):
        patience._places.acquire()
    try:
        assert enter(client, person.username, "wrong password").status_code == 429
        assert enter(client, neighbour.username).status_code == 303
    finally:
        for _ in range(patience.PLACES):
            patience._places.release()
    assert enter(client, person.username).status_code == 303


def test_a_browser_used_before_is_let_in_at_once_while_neighbours_guess(client, app, monkeypatch) -> None:
    person = make.create_person()
    client.sign_in(person)
    client.post("/logout")
    neighbour = app.test_client()
    for _ in range(throttle.FREE + 1):
        enter(neighbour, person.username, "wrong password")
    assert enter(neighbour, person.username, "wrong password").status_code == 429
    waits: list[float] = []
    monkeypatch.setattr("app.people.operations.patience.time.sleep", waits.append)
    assert enter(client, person.username).status_code == 303
    assert waits == []


def test_a_forged_device_cookie_counts_for_nothing(client) -> None:
    person = make.create_person()
    for cookie in ("nonsense", "", "a" * 4000, "W1sxLCJ4Il1d.x.y"):
        client.set_cookie("qiao_device", cookie, path="/login")
        assert enter(client, person.username, "wrong password").status_code == 422


def test_idle_and_use(client, frozen_clock) -> None:
    person = make.create_person()
    client.sign_in(person)
    for _ in range(4):
        frozen_clock.move(minutes=20)
        assert client.get("/me").status_code == 200
    frozen_clock.move(minutes=31)
    assert client.get("/me").status_code == 303


def test_a_first_password_must_be_changed_before_anything_else(client) -> None:
    person = make.create_person()
    secret = operations.reset_password(SYSTEM, person.id)
    assert enter(client, person.username, secret).headers["Location"] == "/me/password"
    for path in ("/me", "/today", "/admin"):
        assert client.get(path).headers["Location"] == "/me/password"
    page = client.page("/me/password")
    short = client.submit(page, "main form.q-form", status=422, current=secret, new="short", again="short")
    assert "12" in short.text()
    unlike = client.submit(page, "main form.q-form", status=422, current=secret, new="a" * 13, again="b" * 13)
    assert "不一致" in unlike.text()
    good = {"current": secret, "new": "four words quite easy", "again": "four words quite easy"}
    assert client.post("/me/password", data=good).headers["Location"] == "/today"
    assert client.get("/me").status_code == 200


def test_a_password_change_ends_the_other_browser(client, app) -> None:
    person = make.create_person()
    other = app.test_client().sign_in(person)
    client.sign_in(person)
    good = {"current": make.PASSWORD, "new": "four words quite easy", "again": "four words quite easy"}
    assert client.post("/me/password", data=good).status_code == 303
    assert client.get("/me").status_code == 200
    assert other.get("/me").status_code == 303


def test_ending_another_sign_in_and_only_ones_own(client, app) -> None:
    person, stranger = make.create_person(), make.create_person()
    other = app.test_client().sign_in(person)
    foreign = app.test_client().sign_in(stranger)
    client.sign_in(person)
    rows = {row.person_id: row.id for row in session.query(SignInSession).order_by(SignInSession.id.desc())}
    first = session.query(SignInSession).filter_by(person_id=person.id).order_by(SignInSession.id).first()
    assert client.post(f"/me/sessions/{first.id}/end").status_code == 303
    assert other.get("/me").status_code == 303
    assert client.post(f"/me/sessions/{rows[stranger.id]}/end").status_code == 404
    assert foreign.get("/me").status_code == 200
    assert client.post(f"/me/sessions/{2**70}/end").status_code in (404, 422)


def test_a_right_withdrawn_is_gone_at_the_next_click(client) -> None:
    person = make.create_person()
    grant = make.grant(person, "hr")
    client.sign_in(person)
    assert client.get("/admin").status_code == 200
    operations.revoke_role(SYSTEM, grant)
    assert client.get("/admin").status_code == 403


def test_a_locked_account_is_out_at_once(client) -> None:
    person = make.create_person()
    client.sign_in(person)
    operations.lock_account(SYSTEM, person.id)
    assert client.get("/me").status_code == 303
    assert enter(client, person.username).status_code == 422


def test_without_the_csrf_token_nobody_is_signed_in(client) -> None:
    person = make.create_person()
    assert enter(client, person.username, csrf=False).status_code == 400


@pytest.mark.parametrize("typed", ["", "\x00", "x" * 100_000, "😀", "<script>", "' OR 1=1 --"])
def test_whatever_is_typed(client, typed: str) -> None:
    assert enter(client, typed, typed).status_code in (413, 422)


def test_a_cookie_never_opens_the_api(client) -> None:
    client.sign_in(make.create_person())
    assert client.get("/api/v1/me").status_code in (401, 404)


def test_the_language_before_sign_in(client) -> None:
    assert "登录" in client.get("/login").text
    answer = client.post("/language", data={"language": "en", "next": "https://evil.example"})
    assert answer.headers["Location"] == "/login"
    assert "Sign in" in client.get("/login").text


def test_a_long_session_ends(client, frozen_clock) -> None:
    client.sign_in(make.create_person())
    end = frozen_clock.now + timedelta(hours=12)
    while frozen_clock.now + timedelta(minutes=25) < end:
        frozen_clock.move(minutes=25)
        assert client.get("/me").status_code == 200
    frozen_clock.move(minutes=25)
    assert client.get("/me").status_code == 303


def test_signing_in_costs_few_statements(client, statements) -> None:
    person = make.create_person()
    token = {"X-CSRFToken": client.csrf_token()}
    session.commit()
    with statements() as seen:
        assert enter(client, person.username, csrf=False, headers=token).status_code == 303
    assert seen.count <= 14, list(seen)
