"""The bell, the list, what opening does, and how somebody chooses to be told."""

import pytest
from sqlalchemy import select

from app.core.database import session
from app.core.texts import _l
from app.work import notifications, operations
from app.work.models import MailChoice, MailHours, Notification
from tests.factories import people

KIND = notifications.kind(
    "test.seen", title=_l("%(who)s hands you “%(step)s”: %(subject)s"), why=_l("because it waits for you")
)


@pytest.fixture
def li(app):
    return people.create_person("李客户经理")


def tell(person, number=1, **args):
    for n in range(number):
        given = {"who": notifications.person(person.id), "step": {"zh": "走访", "en": "Visit"}, "subject": f"第{n}家"}
        operations.notify([person.id], KIND, url="/me", **{**given, **args})


def ids(person) -> list[int]:
    session.expire_all()
    return list(session.scalars(select(Notification.id).where(Notification.person_id == person.id).order_by("id")))


@pytest.mark.both_engines
def test_the_bell_counts_what_is_unread(client, li):
    client.sign_in(li)
    assert not client.page("/today").css(".q-bell-count")
    tell(li, 3)
    assert client.page("/today").text(".q-bell-count") == "3"
    tell(li, 120)
    assert client.page("/today").text(".q-bell-count") == "99+"


@pytest.mark.both_engines
def test_each_line_says_why_and_opening_it_marks_it_read(client, li):
    tell(li)
    client.sign_in(li)
    page = client.page("/work/notifications")
    assert "李客户经理把“走访”交给您：第0家" in page.text(".q-told")
    assert "因为此事在等您办理" in page.text(".q-told")
    answer = client.get(f"/work/notifications/{ids(li)[0]}")
    assert (answer.status_code, answer.location) == (303, "/me")
    assert session.get_one(Notification, ids(li)[0]).read_at is not None
    assert client.page("/work/notifications?unread=1").css(".q-empty")


def test_other_people_s_are_not_there(client, li):
    tell(li)
    wang = people.create_person("王")
    client.sign_in(wang)
    assert client.get(f"/work/notifications/{ids(li)[0]}").status_code == 404
    client.post("/work/notifications/read", data={"upto": str(ids(li)[0])})
    assert session.get_one(Notification, ids(li)[0]).read_at is None


@pytest.mark.both_engines
def test_all_are_marked_up_to_what_the_page_showed(client, li):
    tell(li, 2)
    client.sign_in(li)
    shown = max(ids(li))
    tell(li)
    client.post("/work/notifications/read", data={"upto": str(shown)})
    assert client.page("/work/notifications?unread=1").text("#told").count("第0家") == 1


def test_a_deputy_sees_on_whose_behalf(client, li):
    deputy = people.create_person("代理人")
    people.create_absence(li, deputy)
    tell(li)
    client.sign_in(deputy)
    assert "代李客户经理接收" in client.page("/work/notifications").text(".q-told")


def test_the_number_of_statements_does_not_grow(client, li, statements):
    client.sign_in(li)
    counts = []
    for number in (3, 300):
        tell(li, number)
        client.page("/work/notifications")
        with statements() as seen:
            client.page("/work/notifications")
        counts.append(seen.count)
    assert counts[0] == counts[1]


@pytest.mark.both_engines
def test_preferences_are_kept_and_an_old_sight_of_them_is_refused(client, li):
    client.sign_in(li)
    page = client.page("/work/notifications/preferences")
    fields = {
        "version": "0", "way_turns": "now", "way_work": "none", "quiet_from": "19:00", "quiet_until": "09:15",
        "digest_at": "17:00", "zone": "Asia/Urumqi",
    }  # fmt: skip
    given = {**{f"way_{g.key}": g.mail for g in notifications.groups()}, **fields}
    assert page.css("select[name=way_turns]")
    assert client.post("/work/notifications/preferences", data=given).status_code == 303
    session.expire_all()
    hours = session.get_one(MailHours, li.id)
    assert (hours.quiet_from, hours.quiet_until, hours.working_days, hours.zone) == (1140, 555, False, "Asia/Urumqi")
    assert session.get_one(MailChoice, (li.id, "turns")).mail == "now"
    assert client.post("/work/notifications/preferences", data=given).status_code == 409


@pytest.mark.parametrize(("field", "value"), [("quiet_from", "25:00"), ("zone", "Mars/Base"), ("way_turns", "loud")])
def test_what_cannot_be_is_refused_at_the_field(client, li, field, value):
    client.sign_in(li)
    given = {
        **{f"way_{g.key}": g.mail for g in notifications.groups()}, "version": "0", "quiet_from": "20:00",
        "quiet_until": "08:00", "digest_at": "08:30", "zone": "Asia/Shanghai", field: value,
    }  # fmt: skip
    answer = client.post("/work/notifications/preferences", data=given)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
