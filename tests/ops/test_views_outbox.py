"""The administrator sees what waits, is unclear or was given up – not what it says – and lets it go again."""

import pytest
from sqlalchemy import select

from app.core import audit, clock, outbox
from app.core.database import session, unit_of_work
from app.core.outbox import OutboxMessage
from tests.factories import people


@pytest.fixture
def admin(client):
    client.sign_in(people.create_person(role="sysadmin", post="administrator"))
    return client


def put(number=1, **columns):
    with unit_of_work():
        for n in range(number):
            outbox.put("mail", to=f"li{n}@bank.cn", subject="机密主题", text="机密正文")
        session.flush()
        for message in session.scalars(select(OutboxMessage).where(OutboxMessage.attempts == 0)):
            for name, value in {"attempts": 3, "error": "OSError: down", **columns}.items():
                setattr(message, name, value)
    session.commit()


@pytest.mark.both_engines
def test_each_sort_is_shown_without_its_content(admin):
    put()
    put(unclear_at=clock.now())
    put(state="given_up", ended_at=clock.now())
    put(state="sent", ended_at=clock.now())
    for show in ("waiting", "unclear", "given_up", "sent"):
        page = admin.page(f"/admin/mail?show={show}")
        assert len(page.css("#letters-rows tr")) == 1, show
        assert "li0@bank.cn" in page.text("#letters-rows")
        assert "机密" not in page.html
    assert "given_up" in admin.page("/admin/mail").css(".q-tabs [aria-current]")[-1].attributes["href"]


@pytest.mark.both_engines
def test_one_and_all_are_tried_again_and_that_is_noted(admin):
    put(3, state="given_up", ended_at=clock.now())
    first = session.scalars(select(OutboxMessage.id).order_by(OutboxMessage.id)).first()
    admin.send(f"/admin/mail/{first}/retry")
    assert session.get_one(OutboxMessage, first).state == "waiting"
    admin.send("/admin/mail/retry")
    assert set(session.scalars(select(OutboxMessage.state))) == {"waiting"}
    rows = session.scalars(select(audit.AuditRow).where(audit.AuditRow.action == "ops.mail_retried")).all()
    assert [row.data["count"] for row in rows] == [1, 2]


def test_what_was_sent_is_not_sent_again(admin):
    put(state="sent", ended_at=clock.now())
    number = session.scalars(select(OutboxMessage.id)).one()
    assert admin.post(f"/admin/mail/{number}/retry").status_code == 404


def test_the_number_of_statements_does_not_grow(admin, statements):
    counts = []
    for number in (3, 300):
        put(number)
        admin.page("/admin/mail")
        with statements() as seen:
            admin.page("/admin/mail")
        counts.append(seen.count)
    assert counts[0] == counts[1]
