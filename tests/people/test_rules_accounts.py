"""Passwords, user names, secrets and origins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.rules import names, passwords, secrets


def codes(password: str, **who: str) -> set[str]:
    return {fault.code for fault in passwords.faults(password, **{"username": "manager", "name": "李晓梅", **who})}


@pytest.mark.parametrize("password", ["correct horse battery", "qiao-demo-2026", "我每天走路去上班", "Tr0ub4dor&3xyz"])
def test_long_ones_are_taken(password: str) -> None:
    assert codes(password) == set()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short-one", "too_short"),
        ("", "too_short"),
        ("password2026!", "common"),
        ("aaaaaaaaaaaa", "common"),
        ("abcdefghijklmnop", "common"),
        ("123456789012", "common"),
        ("Manager20262026", "own_name"),
        ("x" * 129, "too_long"),
        ("with a \x00 inside", "too_long"),
    ],
)
def test_weak_ones_are_refused_with_the_reason(password: str, code: str) -> None:
    assert code in codes(password)


def test_a_chinese_character_weighs_two() -> None:
    assert passwords.weight("我每天走路") == 10
    assert passwords.weight("ABC") == 3


def test_wide_and_narrow_letters_are_the_same_password() -> None:
    assert passwords.normal("ＡＢＣ１２３") == "ABC123"


@given(st.text(max_size=300))
def test_no_text_breaks_the_rules(text: str) -> None:
    passwords.faults(text, username=text, name=text, staff_number=text)
    names.is_username(names.username(text))
    secrets.account_of(text)
    secrets.origin_of(text)


def test_user_names_have_one_spelling() -> None:
    assert names.username("  LiXiaomei ") == "lixiaomei"
    assert names.is_username("li.xiao-mei_2")
    assert not names.is_username("2li")
    assert not names.is_username("李晓梅")
    assert not names.is_username("a" * 65)


def test_one_time_passwords_are_strong_and_readable() -> None:
    made = {secrets.new_password() for _ in range(50)}
    assert len(made) == 50
    assert all(codes(password) == set() and not set(password) & set("il1o0") for password in made)


def test_an_ipv6_customer_is_one_origin() -> None:
    assert secrets.origin_of("2001:db8:1:2:3:4:5:6") == secrets.origin_of("2001:db8:1:2::1")
    assert secrets.origin_of("::ffff:10.0.0.1") == secrets.origin_of("10.0.0.1")
    assert secrets.origin_of(None) == secrets.origin_of("nonsense")


@pytest.mark.parametrize(
    ("mail", "good"), [("a@b.cn", True), ("a b@c.cn", False), ("a@b", False), ("a@b.cn\x00", False)]
)
def test_mail_addresses(mail: str, good: bool) -> None:
    assert names.is_email(mail) is good
