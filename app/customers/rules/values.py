"""What the fields of a customer may hold, and how what people type is brought into shape."""

import re
import unicodedata
from decimal import Decimal

from app.core import typed

KINDS = ("person", "company", "institution")
RELATIONS = ("group", "parent", "subsidiary", "supplier", "buyer", "guarantor", "owner", "family", "association")
"""How one customer stands to another, seen from the first: the other is its parent, its supplier … (D12)."""
INVERSE = {"parent": "subsidiary", "subsidiary": "parent", "supplier": "buyer", "buyer": "supplier"}
"""Relations that read differently from the other side; ``guarantor`` and ``owner`` turn into a plain label there."""
CONTACT_KINDS = ("visit", "call", "message", "mail", "counter")
"""Every contact leaves a record (D18). Messages and mails of a segment come from other rooms."""

DATE_KINDS = ("maturity", "check", "other")
"""Days that matter with a customer: something matures, the dossier is to be checked, anything else (D35)."""

NAME_LIMIT = 120
NUMBER_LIMIT = 32
ADDRESS_LIMIT = 200
ABOUT_LIMIT = 4000
NOTE_LIMIT = 4000
PEOPLE_LIMIT = 200
PLACE_LIMIT = 200
SAID_LIMIT = 8000
REASON_LIMIT = 300
DATE_LIMIT = 120
ASSET_LIMIT = Decimal("9000000000000.00")

_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9._/-]{0,31}")
_PHONE = re.compile(r"\+?[0-9]{5,20}")
_IDENTITY = re.compile(r"[0-9A-Z]{5,30}")
_CITIZEN = re.compile(r"[0-9]{17}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def clean_number(number: str) -> str | None:
    """The number in capitals and half-width; None when it is not 1–32 letters, digits or ``. _ / -``."""
    shaped = unicodedata.normalize("NFKC", number).strip().upper()
    return shaped if _NUMBER.fullmatch(shaped) else None


def clean_name(name: str) -> str:
    """The name with single spaces and without control and unseen characters."""
    visible = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in typed.line(name))
    return " ".join(visible.split())


def clean_phone(phone: str) -> str | None:
    """Digits with an optional leading plus; None when that is not a phone number. Empty stays empty."""
    shaped = re.sub(r"[\s().-]", "", unicodedata.normalize("NFKC", phone))
    return shaped if not shaped or _PHONE.fullmatch(shaped) else None


def clean_identity(identity: str, kind: str) -> str | None:
    """Identity card, passport or registration number in capitals; None when it cannot be one. Empty stays empty.

    A person's eighteen characters must carry the right check character (GB 11643).
    """
    shaped = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", identity)).upper()
    if not shaped:
        return shaped
    if not _IDENTITY.fullmatch(shaped):
        return None
    if kind == "person" and len(shaped) == 18 and not is_citizen_number(shaped):
        return None
    return shaped


def is_citizen_number(number: str) -> bool:
    """Whether eighteen characters carry the check character of a resident identity card."""
    if not _CITIZEN.fullmatch(number):
        return False
    return number[17] == citizen_check(number[:17])


def citizen_check(first: str) -> str:
    """The check character that belongs to the first seventeen digits."""
    return "10X98765432"[sum(int(d) * w for d, w in zip(first, _WEIGHTS, strict=True)) % 11]


def name_key(name: str) -> str:
    """Two spellings of one name have the same key: width, case, blanks and punctuation do not count."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in folded if c.isalnum())[:NAME_LIMIT]


def inverse_relation(relation: str) -> str:
    """The key under which the other side shows a relation."""
    if relation in ("guarantor", "owner"):
        return f"{relation}_of"
    return INVERSE.get(relation, relation)
