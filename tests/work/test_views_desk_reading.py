"""The desk's nudge reaches overdue reading too: whom it reaches is said before, what came of it after, each reader once a day."""

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.database import session
from app.people.rules.audiences import of_persons
from app.work.models import Notification
from app.work.operations import notice_reminding
from app.work.rules.notices import NUDGED_LATE as LATE_READING
from tests.factories import notices, people
from tests.factories import sales as factory


@pytest.fixture
def bank(app):
    return factory.create_bank()


def late_reading(bank, frozen_clock, readers, number=2, author=None):
    """Required notices that these people have not read in time."""
    found = [
        notices.publish(
            author or bank.supervisor,
            of_persons([p.id for p in readers]),
            title=f"必读{n}",
            required=True,
            read_by=clock.today(),
        )
        for n in range(number)
    ]
    session.commit()
    frozen_clock.move(days=5)
    return found


def reminded(person):
    """What a person was told about overdue reading."""
    kind = select(Notification).where(Notification.kind == LATE_READING, Notification.person_id == person.id)
    return session.scalars(kind).all()


def test_overdue_reading_is_nudged_with_everything_else_by_the_same_two_clicks(client, bank, frozen_clock):
    late_reading(bank, frozen_clock, [bank.support, bank.business, bank.supervisor])
    factory.create_opportunity(bank)
    frozen_clock.move(days=30)
    client.sign_in(bank.supervisor)
    panel = client.page("/team").text(".q-pop")
    assert "3 人" in panel and "1 项逾期" in panel and "必读：4" in panel
    assert "您自己的" in panel and "请在各自页面提醒" not in panel
    done = client.submit(client.page("/team"), "form[action$='/team/nudge']", reason="今天读完")
    assert "必读：已催办 2 人" in done.text("main, [role=status], .q-flash")
    assert [len(reminded(p)) for p in (bank.support, bank.business, bank.supervisor)] == [1, 1, 0]
    message = reminded(bank.support)[0]
    assert (message.args["count"], message.args["why"], message.url) == (2, "今天读完", "/work/notices?show=unread")
    steps = select(Notification).where(Notification.kind == "work.nudged", Notification.person_id == bank.manager.id)
    assert len(session.scalars(steps).all()) == 1
    assert not client.page("/team").css("input[name=everybody]")
    client.send("/team/nudge", {"everybody": "1"})
    assert len(reminded(bank.support)) == 1
    assert "逾期必读" in client.sign_in(bank.support).page("/work/notifications").text("main")
    frozen_clock.move(days=1)
    client.sign_in(bank.supervisor)
    client.send("/team/nudge", {"everybody": "1"})
    assert len(reminded(bank.support)) == 2


def test_ticked_people_are_nudged_about_overdue_reading_alike(client, bank, frozen_clock):
    stranger = people.create_person(unit=people.create_unit(parent=people.root()))
    late_reading(bank, frozen_clock, [bank.support, bank.business, stranger], 1, people.create_person(role="hr"))
    client.sign_in(bank.supervisor)
    client.send("/team/nudge", {"people": [str(bank.support.id), str(stranger.id)], "reason": ""})
    assert [len(reminded(p)) for p in (bank.support, bank.business, stranger)] == [1, 0, 0]
    assert reminded(bank.support)[0].url.startswith("/work/notices/")
    assert "必读：1" in client.page("/team").text(".q-pop") and "今天已经催办 1 项" in client.page("/team").text(
        ".q-pop"
    )


def test_who_gets_no_messages_is_named(client, bank, frozen_clock, monkeypatch):
    late_reading(bank, frozen_clock, [bank.support], 1)
    monkeypatch.setattr(notice_reminding, "notify", lambda *_a, **_k: 0)
    client.sign_in(bank.supervisor)
    done = client.submit(client.page("/team"), "form[action$='/team/nudge']")
    assert bank.support.name in done.text("main") and "收不到消息" in done.text("main")


def test_what_other_rooms_owe_costs_the_desk_one_statement_each_however_many_are_late(
    client, bank, frozen_clock, statements
):
    client.sign_in(bank.supervisor)
    counts = []
    for _round in range(2):
        readers = [people.create_person(unit=bank.unit, role="relationship") for _n in range(6)]
        late_reading(bank, frozen_clock, readers)
        client.sign_in(bank.supervisor)
        client.page("/team")
        with statements() as seen:
            client.page("/team")
        counts.append(seen.count)
    assert counts[0] == counts[1]
