"""Telling people: once a reason, leavers and locked people never, the deputy on behalf, mail as each of them wishes."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.database import session
from app.core.texts import _l
from app.people import operations as people_operations
from app.work import notifications, operations
from app.work.models import MailChoice, MailHours, Notification
from tests.factories import people

KIND = notifications.kind("test.told", title=_l("Saved."), why=_l("Saved."), group="work")
QUIET = notifications.kind("test.still", title=_l("Saved."), why=_l("Saved."), mail=False)


def told(person) -> list[Notification]:
    return list(session.scalars(select(Notification).where(Notification.person_id == person.id).order_by("id")))


def test_each_is_told_once_a_reason(app):
    li, wang = people.create_person("李"), people.create_person("王")
    assert (
        operations.notify([li.id, wang.id, li.id, None], KIND, url="/today", once="a", what={"zh": "甲", "en": "A"})
        == 2
    )
    assert operations.notify([li.id], KIND, url="/today", once="a") == 0
    assert operations.notify([li.id], KIND, url="/today", once="b") == 1
    assert operations.notify([li.id], KIND, url="/today") == 1
    assert operations.notify([li.id], KIND, url="/today") == 1
    assert told(li)[0].args == {"what": {"zh": "甲", "en": "A"}}
    assert len(told(li)) == 4


def test_leavers_and_locked_people_get_nothing(app):
    left, locked = people.create_person("离"), people.create_person("锁")
    left.state, locked.state = "left", "locked"
    session.flush()
    assert operations.notify([left.id, locked.id], KIND, url="/today") == 0


def test_the_deputy_of_somebody_away_is_told_on_their_behalf(app):
    away, deputy = people.create_person("外"), people.create_person("代")
    absence = people.create_absence(away, deputy)
    assert operations.notify([away.id], KIND, url="/today", once="x") == 2
    assert [(n.behalf_id, n.once) for n in told(deputy)] == [(away.id, f"x/{away.id}")]
    assert operations.notify([away.id], KIND, url="/today", once="x") == 0
    people_operations.end_absence(people.actor(away), absence)
    assert operations.notify([away.id], KIND, url="/today", once="y") == 1


def test_a_deputy_who_is_told_anyway_is_told_once(app):
    away, deputy = people.create_person("外"), people.create_person("代")
    people.create_absence(away, deputy)
    assert operations.notify([away.id, deputy.id], KIND, url="/today", once="x") == 2


@pytest.mark.parametrize("url", ["//evil.example/x", "https://evil.example", "/" + "x" * 300])
def test_only_paths_of_ours(app, url):
    with pytest.raises(ValueError, match="no path"):
        operations.notify([1], KIND, url=url)


def test_mail_waits_for_the_hours_that_the_person_wants(app):
    # Saturday 21 November 2026, 22:00 in Shanghai
    with clock.at(datetime(2026, 11, 21, 14, tzinfo=UTC)):
        default, at_once, never, night = (people.create_person(n) for n in ("甲", "乙", "丙", "丁"))
        session.add_all(
            [
                MailChoice(person_id=at_once.id, group="work", mail="now"),
                MailChoice(person_id=never.id, group="work", mail="none"),
                MailChoice(person_id=night.id, group="work", mail="now"),
                MailHours(person_id=night.id, quiet_from=0, quiet_until=0, working_days=False, zone="Europe/Berlin"),
            ]
        )
        operations.notify([default.id, at_once.id, never.id, night.id], KIND, url="/today")
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    found = {p: told(p)[0] for p in (default, at_once, never, night)}
    assert (found[default].mail, found[default].mail_at) == ("digest", monday + timedelta(minutes=30))
    assert (found[at_once].mail, found[at_once].mail_at) == ("now", monday)
    assert (found[never].mail, found[never].mail_at) == ("none", None)
    assert found[night].mail_at == datetime(2026, 11, 21, 14, tzinfo=UTC)


def test_a_kind_without_mail_sends_none(app):
    li = people.create_person("李")
    operations.notify([li.id], QUIET, url="/today")
    assert told(li)[0].mail == "none"


def test_thousands_take_few_statements(app, statements):
    ids = [people.create_person(f"员{n}").id for n in range(30)]
    operations.notify(ids[:1], KIND, url="/today")  # the calendar is read once a transaction
    with statements() as few:
        operations.notify(ids[:3], KIND, url="/today")
    with statements() as many:
        operations.notify(ids, KIND, url="/today")
    assert many.count == few.count
