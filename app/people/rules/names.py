"""User names and numbers: one spelling each."""

import re
import unicodedata

USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,63}")
NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,31}")


def username(typed: str) -> str:
    """The one spelling of a user name: without blanks around it, lower case."""
    return unicodedata.normalize("NFKC", typed).strip().lower()


def is_username(name: str) -> bool:
    """Two to 64 letters, digits, ``. _ -``, beginning with a letter."""
    return USERNAME.fullmatch(name) is not None


def is_number(text: str) -> bool:
    """A staff number or unit code: up to 32 letters, digits, ``. _ / -``."""
    return NUMBER.fullmatch(text) is not None


def is_email(text: str) -> bool:
    """Whether this can be a mail address; whether it exists only a message can tell."""
    return (
        len(text) <= 254
        and re.fullmatch(r"[^\s@<>\"'(),;:\\\x00]{1,64}@[^\s@<>\"'(),;:\\\x00]+\.[A-Za-z0-9-]{2,}", text) is not None
    )
