"""Shapes of what the interface takes and gives: each reads a JSON value (every fault at its field) and describes itself.

A shape's ``schema`` is JSON Schema 2020-12, as OpenAPI 3.1 uses it. ``read`` gives the clean value, or adds to ``faults``.
"""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from app.core import clock, typed
from app.core.errors import FieldError
from app.core.texts import _l

MAX_ID = 2**63 - 1
DEPTH = 20
MOST_FAULTS = 50
"""Nobody mends more at once; an answer stays short however wrong a body is."""
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
Faults = list[FieldError]


class Absent:
    """What a key that was not sent reads as."""


ABSENT = Absent()


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One JSON value. ``null``: null is taken too (and means "none")."""

    null: bool = False
    about: str = ""

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of this shape."""
        plain = self._schema()
        if self.null:
            kind = plain.get("type")
            if isinstance(kind, str):
                plain = {**plain, "type": [kind, "null"]}
                if "enum" in plain:
                    plain["enum"] = [*plain["enum"], None]
            else:
                plain = {"anyOf": [plain, {"type": "null"}]}
        return {**plain, "description": self.about} if self.about else plain

    def read(self, raw: Any, at: str, faults: Faults) -> Any:
        """The clean value; None, and one fault more, when it cannot be taken."""
        if raw is None:
            if not self.null:
                faults.append(FieldError(at, "required", _l("Fill this in.")))
            return None
        return self._read(raw, at, faults)

    def _schema(self) -> dict[str, Any]:
        raise NotImplementedError

    def _read(self, raw: Any, at: str, faults: Faults) -> Any:
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Text(Shape):
    """A text without control characters, trimmed."""

    most: int = 500
    least: int = 0
    format: str = ""

    def _schema(self) -> dict[str, Any]:
        found: dict[str, Any] = {"type": "string", "maxLength": self.most}
        if self.least:
            found["minLength"] = self.least
        return {**found, "format": self.format} if self.format else found

    def _read(self, raw: Any, at: str, faults: Faults) -> str | None:
        if not isinstance(raw, str):
            faults.append(FieldError(at, "type", _l("Enter text.")))
        elif _BAD.search(raw):
            faults.append(FieldError(at, "characters", _l("This contains characters that cannot be stored.")))
        elif len(raw) > self.most:
            faults.append(FieldError(at, "too_long", _l("At most %(count)s characters.", count=self.most)))
        elif len(raw.strip()) < self.least:
            faults.append(FieldError(at, "required", _l("Fill this in.")))
        else:
            return typed.prose(raw).strip()
        return None


@dataclass(frozen=True, kw_only=True)
class Number(Shape):
    """A whole number."""

    least: int = 0
    most: int = MAX_ID

    def _schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}

    def _read(self, raw: Any, at: str, faults: Faults) -> int | None:
        if isinstance(raw, bool) or not isinstance(raw, int):
            faults.append(FieldError(at, "type", _l("Enter a whole number.")))
        elif not self.least <= raw <= self.most:
            faults.append(FieldError(at, "out_of_range", _l("This number is out of range.")))
        else:
            return raw
        return None


@dataclass(frozen=True, kw_only=True)
class Amount(Shape):
    """An amount of money in yuan: a string with at most two decimals (a plain number is taken too)."""

    least: Decimal | None = None

    def _schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^-?[0-9]{1,13}(\.[0-9]{1,2})?$", "examples": ["500000.00"]}

    def _read(self, raw: Any, at: str, faults: Faults) -> Decimal | None:
        typed = str(raw).strip() if isinstance(raw, str | int) and not isinstance(raw, bool) else ""
        number = Decimal(typed) if re.fullmatch(r"-?[0-9]{1,13}(\.[0-9]{1,2})?", typed) else None
        if number is None or (self.least is not None and number < self.least):
            faults.append(FieldError(at, "amount", _l("Enter an amount such as 500000.00.")))
            return None
        return number.quantize(Decimal("0.01"))


@dataclass(frozen=True, kw_only=True)
class Day(Shape):
    """A calendar day."""

    def _schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}

    def _read(self, raw: Any, at: str, faults: Faults) -> date | None:
        try:
            found = date.fromisoformat(raw if isinstance(raw, str) and len(raw) == 10 else "")
            if not 1900 <= found.year <= 2200:
                raise ValueError
        except ValueError:
            faults.append(FieldError(at, "date", _l("Enter a date such as 2026-11-21.")))
            return None
        return found


@dataclass(frozen=True, kw_only=True)
class Moment(Shape):
    """A point in time, UTC; without a zone it is on the institution's clock. A day alone is its end."""

    def _schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}

    def _read(self, raw: Any, at: str, faults: Faults) -> datetime | None:
        try:
            # a plus sign in an address arrives as a space
            typed = (
                raw.strip().replace(" ", "+" if "T" in raw else "T") if isinstance(raw, str) and len(raw) <= 40 else ""
            )
            found = datetime.fromisoformat(f"{typed}T23:59:59.999999" if len(typed) == 10 else typed)
            found = (found if found.tzinfo else found.replace(tzinfo=clock.ZONE)).astimezone(UTC)
            if not 1900 <= found.year <= 2200:
                raise ValueError
        except (ValueError, OverflowError):
            faults.append(FieldError(at, "datetime", _l("Enter a date and time such as 2026-11-21T02:30:00Z.")))
            return None
        return found


@dataclass(frozen=True, kw_only=True)
class Flag(Shape):
    """True or false; in addresses 1 and 0."""

    def _schema(self) -> dict[str, Any]:
        return {"type": "boolean"}

    def _read(self, raw: Any, at: str, faults: Faults) -> bool | None:
        known = {"1": True, "true": True, "0": False, "false": False}
        found = raw if isinstance(raw, bool) else known.get(raw) if isinstance(raw, str) else None
        if found is None:
            faults.append(FieldError(at, "boolean", _l("Answer true or false.")))
        return found


@dataclass(frozen=True, kw_only=True)
class Choice(Shape):
    """One of a closed list of keys."""

    keys: Sequence[str]

    def _schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.keys)}

    def _read(self, raw: Any, at: str, faults: Faults) -> str | None:
        if isinstance(raw, str) and raw in self.keys:
            return raw
        faults.append(FieldError(at, "choice", _l("Choose one of the list.")))
        return None


@dataclass(frozen=True, kw_only=True)
class Many(Shape):
    """A list of one shape."""

    of: Shape
    most: int = 200

    def _schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.of.schema(), "maxItems": self.most}

    def _read(self, raw: Any, at: str, faults: Faults) -> list[Any] | None:
        if not isinstance(raw, list):
            faults.append(FieldError(at, "type", _l("Enter a list.")))
        elif len(raw) > self.most:
            faults.append(FieldError(at, "too_many", _l("At most %(count)s entries.", count=self.most)))
        else:
            found = []
            for n, item in enumerate(raw):
                if len(faults) >= MOST_FAULTS:
                    break
                found.append(self.of.read(item, f"{at}.{n}", faults))
            return found
        return None


@dataclass(frozen=True, kw_only=True)
class Free(Shape):
    """Any JSON of sane depth: its meaning is a definition's affair. Unstorable texts and numbers are refused."""

    kind: str = ""

    def _schema(self) -> dict[str, Any]:
        return {"type": self.kind} if self.kind else {}

    def schema(self) -> dict[str, Any]:
        """Anything, or anything of one kind."""
        return super().schema() if self.kind else ({"description": self.about} if self.about else {})

    def _read(self, raw: Any, at: str, faults: Faults) -> Any:
        if self.kind == "object" and not isinstance(raw, dict):
            faults.append(FieldError(at, "type", _l("Enter an object.")))
            return None
        before = len(faults)
        _walk(raw, at, faults, 0)
        return raw if len(faults) == before else None


def _walk(raw: Any, at: str, faults: Faults, depth: int) -> None:
    if depth > DEPTH:
        faults.append(FieldError(at, "too_deep", _l("This is nested too deeply.")))
    elif isinstance(raw, str) and _BAD.search(raw):
        faults.append(FieldError(at, "characters", _l("This contains characters that cannot be stored.")))
    elif isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) > MAX_ID:
        faults.append(FieldError(at, "too_big", _l("This number is out of range.")))
    elif isinstance(raw, list):
        for n, item in enumerate(raw):
            if len(faults) >= MOST_FAULTS:
                return
            _walk(item, f"{at}.{n}", faults, depth + 1)
    elif isinstance(raw, dict):
        for key, item in raw.items():
            if len(faults) >= MOST_FAULTS:
                return
            name = printable(key)
            if name != key:
                faults.append(
                    FieldError(f"{at}.{name}", "characters", _l("This contains characters that cannot be stored."))
                )
            _walk(item, f"{at}.{name}", faults, depth + 1)


def printable(name: str) -> str:
    """A name out of a request, fit for an answer."""
    return _BAD.sub("", name)[:100]


@dataclass(frozen=True, kw_only=True)
class Thing(Shape):
    """An object with known keys. ``name`` makes it a component of the document. Unknown keys are faults when read.

    ``optional`` keys may be left out: when reading they are then absent from the result.
    """

    name: str = ""
    keys: Mapping[str, Shape] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()

    def _schema(self) -> dict[str, Any]:
        return {"$ref": f"#/components/schemas/{self.name}"} if self.name else self.body()

    def body(self) -> dict[str, Any]:
        """The schema itself, also of a named one."""
        return {
            "type": "object",
            "properties": {key: shape.schema() for key, shape in self.keys.items()},
            "required": [key for key in self.keys if key not in self.optional],
            "additionalProperties": False,
        }

    def _read(self, raw: Any, at: str, faults: Faults) -> dict[str, Any] | None:
        if not isinstance(raw, dict):
            faults.append(FieldError(at, "type", _l("Enter an object.")))
            return None
        prefix = f"{at}." if at else ""
        found = {}
        for key in itertools.islice((key for key in raw if key not in self.keys), max(0, MOST_FAULTS - len(faults))):
            faults.append(FieldError(f"{prefix}{printable(key)}", "unknown", _l("There is no such field.")))
        for key, shape in self.keys.items():
            if len(faults) >= MOST_FAULTS:
                break
            if key in raw:
                found[key] = shape.read(raw[key], f"{prefix}{key}", faults)
            elif key not in self.optional:
                faults.append(FieldError(f"{prefix}{key}", "required", _l("Fill this in.")))
        return found


def components(shape: Shape, found: dict[str, Thing] | None = None) -> dict[str, Thing]:
    """Every named object within a shape, by name."""
    found = {} if found is None else found
    if isinstance(shape, Thing):
        if shape.name:
            if shape.name in found:
                return found
            found[shape.name] = shape
        for inner in shape.keys.values():
            components(inner, found)
    elif isinstance(shape, Many):
        components(shape.of, found)
    return found


def page_of(shape: Shape, name: str) -> Thing:
    """The shape of a list: items and the cursor of the next page."""
    return Thing(
        name=name,
        keys={
            "items": Many(of=shape),
            "next": Text(null=True, most=2000, about="Cursor of the next page; null at the end"),
        },
    )


Id = Number(least=1)
"""The number of a record."""
