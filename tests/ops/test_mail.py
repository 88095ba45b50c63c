"""Mail: composed safely, the same Message-ID at every attempt, nothing lost while the server is down."""

import logging
import smtplib
from email import message_from_bytes
from email.policy import default

import pytest

from app.core import outbox
from app.core.database import session, unit_of_work
from app.core.outbox import OutboxMessage
from app.core.settings import SettingsError
from app.ops import mail
from app.ops.rules.mail import MailServer


class Server:
    """A mail server as smtplib shows it."""

    def __init__(self) -> None:
        self.messages, self.calls, self.down = [], [], False

    def starttls(self, context):
        self.calls.append("starttls")

    def login(self, user, password):
        self.calls.append((user, password))

    def ehlo_or_helo_if_needed(self):
        pass

    def mail(self, sender):
        return 250, b""

    rcpt = mail

    def docmd(self, command):
        return 354, b""

    def send(self, data):
        self.messages.append(message_from_bytes(data, policy=default))

    def getreply(self):
        return 250, b""

    def quit(self):
        pass

    close = quit


@pytest.fixture
def server(app, monkeypatch):
    server = Server()

    def connect(target):
        if server.down:
            raise smtplib.SMTPServerDisconnected("down")
        return server

    monkeypatch.setitem(app.extensions, "qiao-mail", MailServer("mail.bank", 587, "u", "p", starttls=True))
    monkeypatch.setattr(mail, "_connect", connect)
    return server


def put(**body):
    with unit_of_work():
        outbox.put("mail", **{"to": "li@bank.cn", "subject": "待办提醒", "text": "您有 3 项待办。"} | body)


def messages() -> list[OutboxMessage]:
    session.commit()
    session.expire_all()
    return session.query(OutboxMessage).order_by(OutboxMessage.id).all()


def test_it_is_handed_over_encrypted_and_signed_in(server):
    put()
    assert outbox.deliver_due() == 1
    (message,) = server.messages
    assert server.calls == ["starttls", ("u", "p")]
    assert (message["To"], message["Subject"], message["Auto-Submitted"]) == (
        "li@bank.cn",
        "待办提醒",
        "auto-generated",
    )
    assert "您有 3 项待办。" in message.get_content()
    assert messages()[0].state == "sent"


def test_down_for_a_while_nothing_is_lost_and_the_number_stays(server, frozen_clock):
    put()
    put()
    session.commit()
    server.down = True
    attempts = []
    for _ in range(3):
        assert outbox.deliver_due() == 0
        attempts.append(messages()[0].attempts)
        frozen_clock.move(minutes=20)
    assert attempts == [1, 2, 3]
    assert messages()[0].error == "SMTPServerDisconnected: down"
    server.down = False
    assert outbox.deliver_due() == 2
    assert outbox.deliver_due() == 0
    numbers = [message["Message-ID"] for message in server.messages]
    assert len(set(numbers)) == 2
    body = {**messages()[0].body, "outbox_id": messages()[0].id}
    assert mail.message_id(body, "qiao@localhost") == numbers[0]


def test_after_the_last_attempt_it_is_given_up_loudly(server, frozen_clock, caplog):
    put()
    server.down = True
    for _ in range(outbox.ATTEMPTS):
        outbox.deliver_due()
        frozen_clock.move(days=1)
    assert messages()[0].state == "given_up"
    assert "given up" in caplog.text


def test_a_slow_server_holds_no_lock(server, monkeypatch):
    seen = []

    def slow(data):
        seen.append(session().in_transaction())

    monkeypatch.setattr(server, "send", slow)
    put()
    session.commit()
    outbox.deliver_due()
    assert seen == [False]


def test_nothing_typed_makes_another_header(server):
    put(subject="x\r\nBcc: everybody@bank.cn", to="li@bank.cn\nX: y")
    outbox.deliver_due()
    assert server.messages == [] or (server.messages[0]["Bcc"] is None and server.messages[0]["X"] is None)


def test_without_a_server_it_goes_to_the_log_without_its_text(app, caplog):
    caplog.set_level(logging.INFO)
    put(text="Ihr Kennwort: geheim")
    assert outbox.deliver_due() == 1
    assert "待办提醒" in caplog.text
    assert "geheim" not in caplog.text


def test_an_unusable_address_of_the_server_stops_the_start(app, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_URL", "http://mail")
    with pytest.raises(SettingsError, match="MAIL_URL"):
        mail.register(app)
