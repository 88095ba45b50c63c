"""Settings of the institution: by whom they are changed, against what was seen, noted with old and new."""

import pytest
from sqlalchemy import select

from app.core import settings
from app.core.audit import AuditRow, AuditValue
from app.core.database import session, unit_of_work
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.people import operations
from tests.factories import people as make

pytestmark = pytest.mark.usefixtures("database")
HOUR, CHECKED, POSTS, LIMIT = "work.log_due", "work.notices_checked", "work.log_posts", "sales.leader_authority"


@pytest.fixture
def keeper():
    return make.actor(make.create_person(post="administrator", role="sysadmin"))


@pytest.fixture
def giver():
    return make.actor(make.create_person(post="administrator", role="secadmin"))


def noted():
    session.commit()
    return session.execute(
        select(AuditRow.action, AuditRow.actor_id, AuditValue.key, AuditValue.value)
        .join(AuditValue, AuditValue.audit_id == AuditRow.id)
        .where(AuditRow.action.startswith("people.setting"))
        .order_by(AuditRow.id)
    ).all()


def test_a_change_and_the_way_back_hold_at_once_and_are_noted(keeper):
    operations.change_setting(keeper, HOUR, "17:00", settings.mark("18:30"))
    assert settings.get(HOUR) == "17:00"
    operations.change_setting(keeper, HOUR, "17:15")
    operations.change_setting(keeper, HOUR, "17:15")  # nothing new: nothing to note
    operations.reset_setting(keeper, HOUR, settings.mark("17:15"))
    operations.reset_setting(keeper, HOUR)
    assert settings.get(HOUR) == "18:30"
    assert [tuple(row) for row in noted()] == [
        ("people.setting_changed", keeper.id, HOUR, ["18:30", "17:00"]),
        ("people.setting_changed", keeper.id, HOUR, ["17:00", "17:15"]),
        ("people.setting_reset", keeper.id, HOUR, ["17:15", "18:30"]),
    ]


def test_who_gives_rights_sets_controls_and_who_keeps_the_technique_the_rest(keeper, giver):
    for key, value in ((CHECKED, True), (LIMIT, "100")):
        with pytest.raises(Forbidden):
            operations.change_setting(keeper, key, value)
        operations.change_setting(giver, key, value)
        with pytest.raises(Forbidden):
            operations.reset_setting(keeper, key)
    with pytest.raises(Forbidden):
        operations.change_setting(giver, HOUR, "17:00")
    assert settings.get(CHECKED) is True
    assert settings.get(LIMIT) == "100.00"


def test_an_administrator_of_one_branch_sets_nothing_for_all(giver):
    branch = make.create_unit(parent=make.root())
    local = make.create_person(unit=branch, post="administrator", role="sysadmin")
    with pytest.raises(Forbidden):
        operations.change_setting(make.actor(local), HOUR, "17:00")
    for role in ("auditor", "hr", "supervisor"):
        with pytest.raises(Forbidden):
            operations.change_setting(make.actor(make.create_person(post="branch_manager", role=role)), HOUR, "17:00")


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(keeper):
    seen = settings.mark(settings.get(HOUR))
    operations.change_setting(keeper, HOUR, "17:00", seen)
    with pytest.raises(Conflict):
        operations.change_setting(keeper, HOUR, "19:00", seen)
    with pytest.raises(Conflict):
        operations.reset_setting(keeper, HOUR, seen)
    assert settings.get(HOUR) == "17:00"


def test_the_same_again_is_nothing_to_do_whatever_was_seen(keeper):
    seen = settings.mark(settings.get(HOUR))
    operations.change_setting(keeper, HOUR, "17:00", seen)
    operations.change_setting(keeper, HOUR, "17:00", seen)
    other = settings.mark("17:00")
    operations.reset_setting(keeper, HOUR, other)
    operations.reset_setting(keeper, HOUR, other)
    assert [row.value for row in noted()] == [["18:30", "17:00"], ["17:00", "18:30"]]


def test_the_same_from_several_at_once_is_set_once(keeper, at_once):
    seen = settings.mark(settings.get(HOUR))
    session.commit()

    def save():
        with unit_of_work():
            operations.change_setting(keeper, HOUR, "17:00", seen)
        return "saved"

    assert at_once(save, save, save, save) == ["saved"] * 4
    assert [row.value for row in noted()] == [["18:30", "17:00"]]


def test_only_posts_of_the_institution_are_taken(keeper):
    operations.change_setting(keeper, POSTS, ["teller"])
    for value in (["teller", "astronaut"], ["x" * 50], "astronaut"):
        with pytest.raises(Invalid) as refusal:
            operations.change_setting(keeper, POSTS, value)
        assert refusal.value.errors[0].field == "value"
    assert settings.get(POSTS) == ["teller"]


@pytest.mark.parametrize("key", ["ops.demonstration", "customers.contact_frequency", "work.nothing", ""])
def test_what_is_not_for_this_page_is_not_there(keeper, key):
    for attempt in (lambda: operations.change_setting(keeper, key, 1), lambda: operations.reset_setting(keeper, key)):
        with pytest.raises(NotFound):
            attempt()
