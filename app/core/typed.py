"""What people type, without characters that nobody sees: they make two names look alike, or a text read as another.

The one home of this rule; forms, the API, step fields and imports come through here.
"""

import re
import unicodedata
from decimal import Decimal

_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_WIDTHLESS = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
_DIRECTIONS = re.compile(f"[{_TURNING}]")
_UNSEEN = re.compile(f"[{_TURNING}{_WIDTHLESS}]|[\U000e0000-\U000e0fff]")


def prose(text: str) -> str:
    """A text of many words: without marks that turn the direction of writing. What joins the parts of an emoji stays."""
    return _DIRECTIONS.sub("", text)


def line(text: str) -> str:
    """A text of one line: without anything that has no width or turns the direction of writing."""
    return _UNSEEN.sub("", text)


def name(text: str) -> str:
    """A name or title: a line with single blanks between its words."""
    return " ".join(line(text).split())


_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")


def narrow(text: str) -> str:
    """What was typed, with the wide digits and marks of a Chinese keyboard as the narrow ones they stand for."""
    return "".join(
        unicodedata.normalize("NFKC", sign) if "\uff01" <= sign <= "\uff5e" else sign for sign in text
    ).strip()


def number(text: str) -> Decimal | None:
    """A number with or without marks of thousands; None for anything else: other scripts' digits, exponents, underscores."""
    plain = narrow(text).replace(",", "") if len(text) <= 40 else ""
    return Decimal(plain) if _NUMBER.fullmatch(plain) else None
