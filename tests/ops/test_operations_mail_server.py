"""A mail server that is down, goes silent or is rude: nothing lost, nothing doubled but what nobody can know, the number kept."""

import pytest

from app.core import outbox
from app.core.database import session, unit_of_work
from app.core.outbox import OutboxMessage
from app.ops.rules.mail import MailServer
from tests.support.smtp import serving


@pytest.fixture
def to(app, monkeypatch):
    def target(port: int) -> None:
        monkeypatch.setitem(app.extensions, "qiao-mail", MailServer("127.0.0.1", port))

    return target


def put(number: int) -> None:
    with unit_of_work():
        for n in range(number):
            outbox.put("mail", to=f"p{n}@bank.cn", subject=f"第{n}封", text="您有待办。\n.\n..完")
    session.commit()


def states() -> list[tuple[str, bool, int]]:
    session.commit()
    session.expire_all()
    return [(m.state, m.unclear_at is not None, m.attempts) for m in session.query(OutboxMessage).order_by("id")]


def rounds(clock, minutes: int) -> None:
    """The job runner's rounds during so many minutes."""
    for _ in range(0, minutes, 2):
        outbox.deliver_due()
        clock.move(minutes=2)


def test_an_hour_without_a_server_loses_and_doubles_nothing(to, frozen_clock):
    with serving() as server:
        port = server.port
    to(port)
    put(10)
    rounds(frozen_clock, 60)
    assert {state for state, *_ in states()} == {"waiting"}
    with serving(port) as server:
        rounds(frozen_clock, 120)
        assert sorted(m["Subject"] for m in server.received) == sorted(f"第{n}封" for n in range(10))
        assert len({m["Message-ID"] for m in server.received}) == 10
        assert server.received[0].get_content().replace("\r\n", "\n") == "您有待办。\n.\n..完\n"
    assert {(state, unclear) for state, unclear, _n in states()} == {("sent", False)}


def test_a_server_that_is_away_does_not_spend_everybody_s_attempts(to, frozen_clock):
    with serving() as server:
        port = server.port
    to(port)
    put(10)
    outbox.deliver_due()
    assert sum(attempts for *_, attempts in states()) == outbox.IN_A_ROW


def test_silence_after_the_mail_is_unclear_and_retried_under_the_same_number(to, frozen_clock):
    with serving() as server:
        to(server.port)
        server.vanishes = 1
        put(1)
        assert outbox.deliver_due() == 0
        assert states() == [("waiting", True, 1)]
        frozen_clock.move(minutes=5)
        assert outbox.deliver_due() == 1
        assert states() == [("sent", True, 2)]
        assert len(server.received) == 2
        assert len({m["Message-ID"] for m in server.received}) == 1


def test_a_rude_goodbye_changes_nothing(to):
    with serving() as server:
        to(server.port)
        server.rude = True
        put(1)
        assert outbox.deliver_due() == 1
        assert outbox.deliver_due() == 0
        assert len(server.received) == 1
    assert states() == [("sent", False, 1)]


def test_a_refusal_is_clear(to):
    with serving() as server:
        to(server.port)
        server.refuses = True
        put(1)
        assert outbox.deliver_due() == 0
    assert states() == [("waiting", False, 1)]


def test_the_runner_killed_while_it_hands_over_leaves_an_unclear_one(to, frozen_clock, monkeypatch):
    with serving() as server:
        to(server.port)
        put(1)
        from app.ops import mail

        real = mail._hand_over

        def dying(connection, message):
            real(connection, message)
            raise SystemExit  # killed: nothing is noted any more

        monkeypatch.setattr(mail, "_hand_over", dying)
        with pytest.raises(SystemExit):
            outbox.deliver_due()
        assert states() == [("waiting", False, 1)]
        monkeypatch.setattr(mail, "_hand_over", real)
        frozen_clock.move(minutes=5)
        assert outbox.deliver_due() == 1
        assert states() == [("sent", True, 2)]
        assert len({m["Message-ID"] for m in server.received}) == 1


def test_what_was_given_up_can_be_sent_again(to, frozen_clock):
    with serving() as server:
        port = server.port
    to(port)
    put(2)
    for _ in range(outbox.ATTEMPTS):
        outbox.deliver_due()
        frozen_clock.move(days=1)
    assert {state for state, *_ in states()} == {"given_up"}
    first = session.query(OutboxMessage).order_by("id").first().id
    assert outbox.send_again("mail", message_id=first) == 1
    assert outbox.send_again("mail") == 1
    assert outbox.send_again("mail") == 0
    session.commit()
    with serving(port) as server:
        assert outbox.deliver_due() == 2
        assert outbox.send_again("mail", message_id=first) == 0


def test_what_was_sent_long_ago_is_forgotten(to, frozen_clock):
    with serving() as server:
        to(server.port)
        put(1)
        outbox.deliver_due()
    assert outbox.forget_sent() == 0
    frozen_clock.move(days=91)
    assert outbox.forget_sent() == 1
