"""Resetting an administrator's account takes two people, and neither of them learns the password."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core.database import session, unit_of_work
from app.core.errors import Conflict, Forbidden, NotFound
from app.people import operations, queries
from app.people.models import Person, Reset
from app.people.operations import passwords
from app.people.operations.resets import WAITS
from tests.factories import people as make

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def house() -> dict[str, Person]:
    """The three administrators, a second security administrator and a clerk."""
    found = {role: make.create_person(role, role=role) for role in ("sysadmin", "secadmin", "auditor")}
    return {**found, "other": make.create_person("other", role="secadmin"), "clerk": make.create_person("clerk")}


def password_of(person: Person) -> str | None:
    session.expire_all()
    return session.get_one(Person, person.id).password_hash


@pytest.mark.parametrize(
    ("whom", "asks", "confirms"),
    [
        ("auditor", "secadmin", "sysadmin"),
        ("auditor", "sysadmin", "other"),
        ("secadmin", "sysadmin", "other"),
        ("sysadmin", "secadmin", "other"),
    ],
)
def test_two_together(house, whom: str, asks: str, confirms: str) -> None:
    target, first, second = house[whom], make.actor(house[asks]), make.actor(house[confirms])
    before = password_of(target)
    with pytest.raises(Forbidden):
        operations.reset_password(first, target.id)
    half = operations.ask_reset(first, target.id)
    assert password_of(target) == before
    rest = operations.confirm_reset(second, target.id)
    for guess in (half, rest, f"{rest}-{half}"):
        assert not passwords.fits(password_of(target), guess)
    assert passwords.fits(password_of(target), f"{half}-{rest}")
    row = session.query(Reset).one()
    assert (row.state, row.part, row.asked_by, row.decided_by) == ("confirmed", None, first.id, second.id)
    with pytest.raises(NotFound):
        operations.confirm_reset(second, target.id)


def test_who_asks_cannot_confirm_and_nobody_does_it_for_themselves(house) -> None:
    secadmin, auditor = make.actor(house["secadmin"]), house["auditor"]
    operations.ask_reset(secadmin, auditor.id)
    with pytest.raises(Forbidden):
        operations.confirm_reset(secadmin, auditor.id)
    with pytest.raises(Conflict):
        operations.ask_reset(make.actor(house["other"]), auditor.id)
    for by, whom in ((auditor, house["other"]), (house["clerk"], auditor), (house["other"], house["other"])):
        with pytest.raises(Forbidden):
            operations.ask_reset(make.actor(by), whom.id)
    operations.ask_reset(secadmin, house["other"].id)
    with pytest.raises(Forbidden):
        operations.confirm_reset(make.actor(house["other"]), house["other"].id)
    with pytest.raises(Forbidden):  # one administrator is enough for a clerk
        operations.ask_reset(make.actor(house["sysadmin"]), house["clerk"].id)


def test_withdrawn_and_old_ones_count_for_nothing(house, frozen_clock) -> None:
    secadmin, sysadmin, auditor = make.actor(house["secadmin"]), make.actor(house["sysadmin"]), house["auditor"]
    operations.ask_reset(secadmin, auditor.id)
    operations.withdraw_reset(sysadmin, auditor.id)
    with pytest.raises(NotFound):
        operations.confirm_reset(sysadmin, auditor.id)
    old = operations.ask_reset(secadmin, auditor.id)
    frozen_clock.move(seconds=WAITS.total_seconds() + 1)
    assert not queries.resets_waiting(sysadmin, frozen_clock.now - WAITS)
    with pytest.raises(NotFound):
        operations.confirm_reset(sysadmin, auditor.id)
    half = operations.ask_reset(sysadmin, auditor.id)
    rest = operations.confirm_reset(secadmin, auditor.id)
    assert passwords.fits(password_of(auditor), f"{half}-{rest}")
    assert old != half


def test_the_database_refuses_one_person_alone(house) -> None:
    operations.ask_reset(make.actor(house["secadmin"]), house["auditor"].id)
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(text("UPDATE people_reset SET state = 'confirmed', part = NULL, decided_by = asked_by"))
    session.rollback()


def test_two_who_confirm_at_once(house, at_once) -> None:
    auditor = house["auditor"].id
    operations.ask_reset(make.actor(house["secadmin"]), auditor)
    actors = [make.actor(house["sysadmin"]), make.actor(house["other"])]

    def confirm(who):
        def run() -> str:
            with unit_of_work():
                return operations.confirm_reset(who, auditor)

        return run

    answers = at_once(*(confirm(who) for who in actors))
    assert sorted(type(answer).__name__ for answer in answers) == ["NotFound", "str"]


def test_the_pages(client, house, app) -> None:
    auditor = house["auditor"]
    client.sign_in(house["secadmin"])
    asked = client.send(f"/admin/people/{auditor.id}/reset")
    assert "前半段" in asked.text()
    assert "reset/confirm" not in asked.html
    client.page(f"/admin/people/{auditor.id}")
    other = app.test_client()
    other.sign_in(house["sysadmin"])
    assert "auditor" in other.page("/today").text()
    waiting = other.page(f"/admin/people/{auditor.id}")
    assert "第二位管理员" in waiting.text()
    done = other.post(f"/admin/people/{auditor.id}/reset/confirm")
    assert "后半段" in done.text
    assert done.headers["Cache-Control"] == "no-store"
    assert other.post(f"/admin/people/{auditor.id}/reset/confirm").status_code == 404
    client.post(f"/admin/people/{auditor.id}/reset")
    assert client.post(f"/admin/people/{auditor.id}/reset/withdraw").status_code == 303
    assert (
        queries.resets_waiting(make.actor(house["sysadmin"]), session.query(Reset).first().asked_at - timedelta(1))
        == []
    )
