"""Signing in, sessions, passwords: on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.actor import SYSTEM
from app.core.database import session, unit_of_work
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.people import operations, queries
from app.people.models import Person, SignInAttempt, SignInSession
from app.people.operations import passwords, sign_in
from app.people.rules import throttle
from tests.factories import people as make

pytestmark = pytest.mark.usefixtures("database")

IDLE, LASTS = timedelta(minutes=30), timedelta(hours=12)


def try_in(username: str, password: str = make.PASSWORD, address: str = "10.0.0.1", devices=None) -> sign_in.Opened:
    found = sign_in.look(username, address=address, devices=devices or {})
    good = passwords.fits(found.password_hash, password)
    return sign_in.finish(found, good, password=password, address=address, agent="test", lasts=LASTS)


def fail(username: str, times: int, address: str = "10.0.0.1") -> int:
    """How many of the wrong attempts were heard before one had to wait."""
    heard = 0
    for _ in range(times):
        try:
            try_in(username, "wrong password", address)
        except sign_in.Refused:
            heard += 1
        except sign_in.TooMany:
            break
    return heard


def fail_on(username: str, times: int, address: str = "10.0.0.1") -> None:
    """That many wrong attempts, whatever they are told."""
    for _ in range(times):
        with pytest.raises((sign_in.Refused, sign_in.TooMany)):
            try_in(username, "wrong password", address)


def test_a_session_is_known_by_its_digest_only() -> None:
    person = make.create_person()
    opened = try_in(person.username)
    stored = session.scalars(select(SignInSession.digest)).one()
    assert opened.token not in stored
    assert queries.signed_in(opened.token, IDLE).id == person.id
    assert queries.signed_in(opened.token + "x", IDLE) is None


def test_unknown_and_wrong_are_told_alike() -> None:
    person = make.create_person()
    told = []
    for username in (person.username, "nobody-here", "李晓梅", "\x00", "a" * 5000, ""):
        with pytest.raises(sign_in.Refused) as refused:
            try_in(username, "not the password")
        told.append(str(refused.value))
    assert len(set(told)) == 1


def test_idle_and_absolute_end(frozen_clock) -> None:
    person = make.create_person()
    token = try_in(person.username).token
    frozen_clock.move(minutes=29)
    signed = queries.signed_in(token, IDLE)
    operations.sessions.seen(signed.session_id, frozen_clock.now)
    frozen_clock.move(minutes=29)
    assert queries.signed_in(token, IDLE) is not None
    frozen_clock.move(minutes=2)
    assert queries.signed_in(token, IDLE) is None
    token = try_in(person.username).token
    for _ in range(25):
        frozen_clock.move(minutes=29)
        signed = queries.signed_in(token, IDLE)
        if signed is None:
            break
        operations.sessions.seen(signed.session_id, frozen_clock.now)
    assert signed is None


def test_a_guesser_waits_longer_and_longer(frozen_clock) -> None:
    person = make.create_person()
    assert fail(person.username, throttle.FREE) == throttle.FREE
    waits, delays = [], []
    for _ in range(4):
        delays.append(sign_in.look(person.username, address="10.0.0.1", devices={}).delay)
        with pytest.raises(sign_in.TooMany) as refused:
            try_in(person.username, "wrong password")
        waits.append(refused.value.seconds)
        frozen_clock.move(seconds=1)
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]
    assert timedelta(0) < delays[0] < delays[-1] <= throttle.LONGEST_DELAY


@pytest.mark.parametrize("failures", [0, throttle.FREE - 1, throttle.FREE, 60])
def test_a_right_password_signs_in_whatever_went_before(failures: int) -> None:
    person = make.create_person()
    fail_on(person.username, failures)
    assert try_in(person.username)
    assert not sign_in.look(person.username, address="10.0.0.1", devices={}).delay
    fail_on(person.username, failures)
    operations.lock_account(SYSTEM, person.id)
    with pytest.raises(sign_in.Locked):
        try_in(person.username)


def test_an_attacker_locks_nobody_out() -> None:
    owner, other = make.create_person(), make.create_person()
    fail_on(owner.username, 20, "10.6.6.6")
    for n in range(throttle.ATTACK_FROM_ADDRESS + 10):
        fail(f"nobody{n}", 1, "10.6.6.6")
    assert try_in(owner.username, address="10.0.0.1")
    assert try_in(other.username, address="10.6.6.6")
    for n in range(throttle.ATTACK_ON_ACCOUNT + 5):
        fail(owner.username, 1, f"10.7.0.{n}")
    assert try_in(owner.username, address="10.0.0.9")


def test_a_known_browser_is_not_kept_waiting_by_its_neighbours() -> None:
    owner = make.create_person()
    fail_on(owner.username, 20)
    here: dict[str, str] = {"address": "10.0.0.1"}
    assert sign_in.look(owner.username, **here, devices={}).delay
    assert sign_in.look(owner.username, **here, devices={owner.id + 1: "somebody else's"}).delay
    assert not sign_in.look(owner.username, **here, devices={owner.id: "a browser used before"}).delay
    assert try_in(owner.username, devices={owner.id: "a browser used before"})


def test_success_is_never_counted() -> None:
    person = make.create_person()
    for _ in range(50):
        assert try_in(person.username)
    fail(person.username, throttle.FREE - 1)
    assert try_in(person.username)
    assert fail(person.username, 20) == throttle.FREE


def test_of_many_guesses_at_once_only_the_first_few_are_not_told_to_wait(at_once) -> None:
    person = make.create_person()

    def guess(password: str):
        def run() -> str:
            with unit_of_work():
                found = sign_in.look(person_name, address="10.0.0.1", devices={})
            good = passwords.fits(found.password_hash, password)
            with unit_of_work() as unit:
                try:
                    sign_in.finish(found, good, password=password, address="10.0.0.1", agent="", lasts=LASTS)
                except sign_in.Refused:
                    unit.commit()
                    return "refused"
                except sign_in.TooMany:
                    return "wait"
            return "in"

        return run

    person_name = person.username
    answers = at_once(*(guess(f"wrong {n}") for n in range(12)))
    assert answers.count("refused") <= throttle.FREE
    assert all(answer in ("refused", "wait") or isinstance(answer, sign_in.TooMany) for answer in answers)


def test_locked_left_and_expired_accounts(frozen_clock) -> None:
    person = make.create_person()
    token = try_in(person.username).token
    operations.lock_account(SYSTEM, person.id)
    assert queries.signed_in(token, IDLE) is None
    with pytest.raises(sign_in.Locked):
        try_in(person.username)
    with pytest.raises(sign_in.Refused):
        try_in(person.username, "wrong password")
    assert not make.actor(person).grants
    operations.unlock(SYSTEM, person.id)
    one_time = operations.reset_password(SYSTEM, person.id)
    assert try_in(person.username, one_time).must_change_password
    frozen_clock.move(days=4)
    with pytest.raises(sign_in.Expired):
        try_in(person.username, one_time)
    operations.leave_institution(SYSTEM, person.id)
    with pytest.raises(sign_in.Refused):
        try_in(person.username, one_time)


def test_unlocking_forgets_failures() -> None:
    person = make.create_person()
    fail_on(person.username, 20)
    assert queries.waits_of(person.username)
    operations.unlock(SYSTEM, person.id)
    assert not sign_in.look(person.username, address="10.0.0.1", devices={}).delay
    assert fail(person.username, 1) == 1


def test_changing_the_password_ends_the_other_sign_ins() -> None:
    person = make.create_person()
    here, there = try_in(person.username), try_in(person.username)
    me = queries.actor_for(person.id, session_id=here.session_id)
    operations.change_password(me, current=make.PASSWORD, new="four words quite easy")
    assert queries.signed_in(here.token, IDLE) is not None
    assert queries.signed_in(there.token, IDLE) is None
    assert try_in(person.username, "four words quite easy")


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [
        ("wrong", "four words quite easy", "current"),
        (make.PASSWORD, "short", "new"),
        (make.PASSWORD, make.PASSWORD, "new"),
    ],
)
def test_a_refused_change_says_where(current: str, new: str, field: str) -> None:
    person = make.create_person()
    with pytest.raises(Invalid) as refused:
        operations.change_password(make.actor(person), current=current, new=new)
    assert refused.value.errors[0].field == field


def test_who_may_reset_whom() -> None:
    sysadmin, secadmin = make.create_person(role="sysadmin"), make.create_person(role="secadmin")
    person = make.create_person()
    token = try_in(person.username).token
    operations.reset_password(make.actor(sysadmin), person.id)
    assert queries.signed_in(token, IDLE) is None
    for by, whom in ((sysadmin, secadmin), (secadmin, person), (sysadmin, sysadmin), (person, sysadmin)):
        with pytest.raises(Forbidden):
            operations.reset_password(make.actor(by), whom.id)
    coming = make.create_person()
    make.grant(coming, "secadmin", day=clock.today() + timedelta(days=1))
    with pytest.raises(Forbidden):  # the one-time password would still be good tomorrow
        operations.reset_password(make.actor(sysadmin), coming.id)


def test_a_hash_follows_new_parameters() -> None:
    person = make.create_person()
    old = person.password_hash
    passwords.use_memory(16)
    try:
        try_in(person.username)
    finally:
        passwords.use_memory(8)
    new = session.scalar(select(Person.password_hash).where(Person.id == person.id))
    assert new != old
    assert "m=16" in new


def test_an_unknown_account_costs_a_hash_too(monkeypatch) -> None:
    hashing, seen = passwords._current(), []

    class Watching:
        def verify(self, stored: str, password: str) -> bool:
            seen.append(stored)
            return hashing.hasher.verify(stored, password)

    monkeypatch.setattr(passwords, "_current", lambda: passwords._Hashing(Watching(), hashing.nobody))
    assert not passwords.fits(None, "whatever")
    assert seen == [hashing.nobody]


def test_tokens_act_for_their_person_until_revoked(frozen_clock) -> None:
    person, other = make.create_person(), make.create_person()
    me = make.actor(person)
    made = operations.create_token(me, name="报表")
    assert queries.person_for_token(made.secret).person_id == person.id
    assert queries.person_for_token("qiao_nonsense") is None
    assert queries.person_for_token("") is None
    with pytest.raises(NotFound):
        operations.revoke_token(make.actor(other), made.id)
    operations.revoke_token(me, made.id)
    assert queries.person_for_token(made.secret) is None
    made = operations.create_token(me, name="报表")
    frozen_clock.move(days=366)
    assert queries.person_for_token(made.secret) is None


def test_old_attempts_are_forgotten(frozen_clock) -> None:
    person = make.create_person()
    try_in(person.username)
    session.commit()
    frozen_clock.move(days=100)
    assert operations.sessions.forget_old() == 2
    assert session.scalars(select(SignInAttempt.id)).all() == []


def test_locking_twice_is_a_conflict() -> None:
    person = make.create_person()
    operations.lock_account(SYSTEM, person.id)
    with pytest.raises(Conflict):
        operations.lock_account(SYSTEM, person.id)
