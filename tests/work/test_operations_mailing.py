"""Mail of notifications: at once, in one digest, in the reader's language; nothing lost or doubled, nothing when empty."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.core import clock, outbox
from app.core.database import session
from app.core.outbox import OutboxMessage
from app.core.texts import _l
from app.work import notifications
from app.work.models import MailChoice, Notification
from app.work.operations import mailing, notify
from tests.factories import people

KIND = notifications.kind(
    "test.mailed",
    title=_l("%(who)s commented on “%(step)s”: %(subject)s"),
    why=_l("because the step is yours"),
    group="work",
)
MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)  # ten in the morning in Beijing
BASE = "https://qiao.example"


def reader_of(name, email, **more):
    person = people.create_person(name, **more)
    person.email = email
    return person


@pytest.fixture
def li(app):
    return reader_of("李", "li@bank.example")


def tell(*persons, **args):
    with clock.at(MONDAY):
        notify(
            [p.id for p in persons],
            KIND,
            url="/me",
            who=notifications.person(persons[0].id),
            **{"step": "走访", "subject": "宏远", **args},
        )
    session.commit()


def mails() -> list[dict]:
    session.commit()
    return list(session.scalars(select(OutboxMessage.body).order_by(OutboxMessage.id)))


def choose(person, mail):
    session.add(MailChoice(person_id=person.id, group="work", mail=mail))


def at(hours: float):
    return clock.at(MONDAY + timedelta(hours=hours))


def test_at_once_with_link_reason_and_how_to_switch_it_off(li):
    choose(li, "now")
    tell(li)
    with at(0):
        assert mailing.write_mail(BASE) == 1
        assert mailing.write_mail(BASE) == 0
    (mail,) = mails()
    number = session.scalars(select(Notification.id)).one()
    assert (mail["to"], mail["subject"]) == ("li@bank.example", "李评论了“走访”：宏远")
    assert f"{BASE}/work/notifications/{number}\n" in mail["text"]
    assert "您收到这条消息，因为这是您的步骤。" in mail["text"]
    assert f"{BASE}/work/notifications/preferences" in mail["text"]


def test_one_digest_a_day_that_is_not_sent_when_empty(li):
    tell(li)
    tell(li, subject="恒昌")
    with at(1):
        assert mailing.write_mail(BASE) == 0
    with at(24):
        assert mailing.write_mail(BASE) == 1
        assert mailing.write_mail(BASE) == 0
    (mail,) = mails()
    assert "2 件事" in mail["subject"] and "宏远" in mail["text"] and "恒昌" in mail["text"]
    with at(48):
        assert mailing.write_mail(BASE) == 0


def test_what_was_read_or_is_no_longer_wanted_is_not_mailed(li):
    wang = reader_of("王", "wang@bank.example")
    left = reader_of("离", "left@bank.example")
    tell(li, wang, left)
    session.query(Notification).filter_by(person_id=li.id).update({"read_at": MONDAY})
    choose(wang, "none")
    left.state = "locked"
    session.commit()
    with at(24):
        assert mailing.write_mail(BASE) == 0
    assert set(session.scalars(select(Notification.mail))) == {"dropped"}
    assert mails() == []


def test_a_runner_that_comes_late_still_keeps_the_quiet_hours(li):
    choose(li, "now")
    tell(li)
    with at(12):  # ten in the evening
        assert mailing.write_mail(BASE) == 0
        assert mailing.write_mail(BASE) == 0
    with at(21):
        assert mailing.write_mail(BASE) == 0
    with at(22):
        assert mailing.write_mail(BASE) == 1


def test_in_the_reader_s_language(app):
    reader = reader_of("Lee", "lee@bank.example", locale="en")
    choose(reader, "now")
    tell(reader)
    with at(0):
        mailing.write_mail(BASE)
    assert "commented on" in mails()[0]["subject"]


def test_killed_in_the_middle_the_rest_is_written_and_nothing_twice(li, monkeypatch):
    wang = reader_of("王", "wang@bank.example")
    for person in (li, wang):
        choose(person, "now")
    tell(li, wang)
    real, calls = outbox.put, []

    def dying(kind, **body):
        calls.append(body["to"])
        real(kind, **body)
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(outbox, "put", dying)
    with at(0), pytest.raises(KeyboardInterrupt):
        mailing.write_mail(BASE)
    monkeypatch.setattr(outbox, "put", real)
    with at(0):
        assert mailing.write_mail(BASE) == 1
    assert sorted(mail["to"] for mail in mails()) == ["li@bank.example", "wang@bank.example"]


def test_old_ones_are_forgotten(li):
    tell(li)
    with clock.at(MONDAY + timedelta(days=179)):
        assert mailing.forget_old() == 0
    with clock.at(MONDAY + timedelta(days=181)):
        assert mailing.forget_old() == 1
