"""Typed values of step fields: what a person or program typed becomes a clean JSON value or an error at the field.

Clean forms: text and choices as they are, integer an int, decimal and money text ("500000.00"), date "2026-11-21",
datetime UTC ISO 8601, person an id, table a list of rows. None stands for "not given".
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from app.core import clock
from app.core.errors import FieldError
from app.core.texts import _l
from app.core.typed import line, prose
from app.workflow.rules.definition import Column, Field

TEXT_LENGTH, LONGTEXT_LENGTH, TABLE_ROWS = 500, 20_000, 200
MOST_UNKNOWN = 50
BIGGEST_INTEGER = 2**63 - 1
BIGGEST_MONEY = Decimal(10000000000000)
DECIMAL_PLACES, MONEY_PLACES = 6, 2
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?")
_BAD_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd]")
_YES = frozenset({"true", "1", "on", "yes", "y"})
_NO = frozenset({"false", "0", "off", "no", "n"})


class BadValue(Exception):
    """A value that cannot be taken: a stable code and a sentence."""

    def __init__(self, code: str, message: Any) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Clean values by field key (given ones only, None where emptied) and what could not be taken."""

    values: Mapping[str, Any]
    errors: Sequence[FieldError] = ()


def clean(fields: Sequence[Field], raw: Mapping[str, Any], people: frozenset[int] = frozenset()) -> Cleaned:
    """All typed values of a step at once; an unknown key is an error, named up to `MOST_UNKNOWN` times.

    `people`: ids that exist among those typed.
    """
    known = {item.key: item for item in fields}
    values: dict[str, Any] = {}
    errors: list[FieldError] = []
    unknown = 0
    for key, value in raw.items():
        item = known.get(key) if isinstance(key, str) else None
        if item is None:
            unknown += 1
            if unknown <= MOST_UNKNOWN:
                name = printable(str(key))[:100]
                errors.append(FieldError(name, "unknown", _l("This step has no such field.")))
        elif item.type == "table":
            values[key], wrong = _table(item, value, people)
            errors += wrong
        else:
            try:
                values[key] = clean_value(item, value, people)
            except BadValue as bad:
                errors.append(FieldError(key, bad.code, bad.message))
    return Cleaned(values, errors)


def clean_value(column: Column, raw: Any, people: frozenset[int] = frozenset()) -> Any:
    """One value that is not a table; None when empty; BadValue when it cannot be taken."""
    if isinstance(raw, str):
        raw = text(raw)
        if column.type == "text":
            raw = " ".join(line(raw).split()) if "\n" in raw else line(raw).strip()
    if raw is None or raw == "" or raw == []:
        return None
    if column.type == "person":
        return _person(raw, people)
    return _TYPES[column.type](column, raw)


def text(raw: str) -> str:
    """Trimmed, with one kind of line end and without characters that no database should hold; BadValue otherwise."""
    if _BAD_CHARACTERS.search(raw):
        raise BadValue("characters", _l("This contains characters that cannot be stored."))
    return prose(raw).replace("\r\n", "\n").replace("\r", "\n").strip()


def printable(raw: str) -> str:
    """The text with unstorable characters dropped, for naming unknown keys in an answer."""
    return _BAD_CHARACTERS.sub("", raw)


def number_of(raw: Any, places: int) -> Decimal:
    """The number that was typed, with at most `places` decimal places; BadValue when it is none."""
    wrong = BadValue("number", _l("Enter a number."))
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str, Decimal)):
        raise wrong
    if isinstance(raw, int) and abs(raw) > BIGGEST_INTEGER:
        raise BadValue("too_big", _l("This number is too big."))
    typed = unicodedata.normalize("NFKC", str(raw)).strip() if not isinstance(raw, Decimal) else format(raw, "f")
    if len(typed) > 60 or not _NUMBER.fullmatch(typed):
        raise wrong
    try:
        number = Decimal(typed.replace(",", ""))
    except InvalidOperation:
        raise wrong from None
    exponent = number.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > places:
        message = _l("Enter a whole number.") if places == 0 else _l("At most %(count)d decimal places.", count=places)
        raise BadValue("places", message)
    return number


def _bounded(column: Column, number: Decimal) -> None:
    if column.min is not None and number < Decimal(column.min):
        raise BadValue("too_small", _l("At least %(limit)s.", limit=column.min))
    if column.max is not None and number > Decimal(column.max):
        raise BadValue("too_big", _l("At most %(limit)s.", limit=column.max))


def _text(column: Column, raw: Any) -> str:
    if not isinstance(raw, str):
        raise BadValue("type", _l("Enter text."))
    longest = column.max_length or (TEXT_LENGTH if column.type == "text" else LONGTEXT_LENGTH)
    if len(raw) > longest:
        raise BadValue("too_long", _l("At most %(count)d characters.", count=longest))
    if column.min is not None and len(raw) < int(column.min):
        raise BadValue("too_short", _l("At least %(count)d characters.", count=int(column.min)))
    return raw


def _integer(column: Column, raw: Any) -> int:
    number = number_of(raw, 0)
    if abs(number) > BIGGEST_INTEGER:
        raise BadValue("too_big", _l("This number is too big."))
    _bounded(column, number)
    return int(number)


def _decimal(column: Column, raw: Any) -> str:
    number = number_of(raw, DECIMAL_PLACES)
    if abs(number) > BIGGEST_MONEY:
        raise BadValue("too_big", _l("This number is too big."))
    _bounded(column, number)
    plain = format(number, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _money(column: Column, raw: Any) -> str:
    number = number_of(raw, MONEY_PLACES)
    if abs(number) > BIGGEST_MONEY:
        raise BadValue("too_big", _l("This number is too big."))
    _bounded(column, number)
    return format(number.quantize(Decimal("0.01")), "f")


def _date(column: Column, raw: Any) -> str:
    try:
        day = raw if type(raw) is date else date.fromisoformat(raw if isinstance(raw, str) and len(raw) <= 10 else "")
    except ValueError:
        raise BadValue("date", _l("Enter a date such as 2026-11-21.")) from None
    return _in_time(column, day.isoformat(), day.year)


def _datetime(column: Column, raw: Any) -> str:
    try:
        moment = _moment(raw)
    except (ValueError, OverflowError):
        raise BadValue("datetime", _l("Enter a date and time such as 2026-11-21 10:30.")) from None
    return _in_time(column, moment.isoformat(), moment.year)


def _moment(raw: Any) -> datetime:
    """The moment in UTC; one without a zone is meant on the institution's clock."""
    typed = raw if isinstance(raw, str) and len(raw) <= 40 else ""
    moment = raw if isinstance(raw, datetime) else datetime.fromisoformat(typed)
    return (moment if moment.tzinfo else moment.replace(tzinfo=clock.ZONE)).astimezone(UTC)


def _in_time(column: Column, plain: str, year: int) -> str:
    if not 1900 <= year <= 2200:
        raise BadValue("date", _l("Enter a year between 1900 and 2200."))
    low, high = column.min, column.max
    if column.type == "datetime":
        low, high = (_moment(limit).isoformat() if limit else None for limit in (low, high))
    if low is not None and plain < low:
        raise BadValue("too_small", _l("Not before %(limit)s.", limit=column.min))
    if high is not None and plain > high:
        raise BadValue("too_big", _l("Not after %(limit)s.", limit=column.max))
    return plain


def _boolean(column: Column, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = raw.lower() if isinstance(raw, str) else ""
    if word in _YES or word in _NO:
        return word in _YES
    raise BadValue("boolean", _l("Answer yes or no."))


def _choice(column: Column, raw: Any) -> str:
    if isinstance(raw, str) and any(option.key == raw for option in column.options):
        return raw
    raise BadValue("choice", _l("Choose one of the options."))


def _choices(column: Column, raw: Any) -> list[str]:
    given = [raw] if isinstance(raw, str) else raw
    if not isinstance(given, (list, tuple)) or not all(isinstance(item, str) for item in given):
        raise BadValue("choice", _l("Choose among the options."))
    keys = [option.key for option in column.options]
    if not set(given) <= set(keys):
        raise BadValue("choice", _l("Choose among the options."))
    chosen = [key for key in keys if key in given]
    _counted(column, len(chosen))
    return chosen


def _counted(column: Column, count: int, most: int | None = None) -> None:
    if column.min is not None and count < int(column.min):
        raise BadValue("too_few", _l("At least %(count)d entries.", count=int(column.min)))
    limit = int(column.max) if column.max is not None else most
    if limit is not None and count > limit:
        raise BadValue("too_many", _l("At most %(count)d entries.", count=limit))


def _person(raw: Any, people: frozenset[int]) -> int:
    person = _id(raw)
    if person is None or person not in people:
        raise BadValue("person", _l("Choose a person."))
    return person


def _id(raw: Any) -> int | None:
    """The id that was typed, if it could be one."""
    if isinstance(raw, str):
        return int(raw) if re.fullmatch(r"[0-9]{1,18}", raw) else None
    return raw if isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw < 10**18 else None


def _table(field: Field, raw: Any, people: frozenset[int]) -> tuple[list[dict[str, Any]] | None, list[FieldError]]:
    if raw is None or raw == "":
        return None, []
    if not isinstance(raw, (list, tuple)) or not all(isinstance(row, Mapping) for row in raw):
        return None, [FieldError(field.key, "type", _l("Enter a list of rows."))]
    if len(raw) > TABLE_ROWS * 2:
        return None, [FieldError(field.key, "too_many", _l("At most %(count)d entries.", count=TABLE_ROWS))]
    rows: list[dict[str, Any]] = []
    errors: list[FieldError] = []
    for number, typed in enumerate(raw):
        row, wrong = _row(field, number, typed, people)
        errors += wrong
        if wrong or row:
            rows.append(row)
    try:
        if rows:
            _counted(field, len(rows), TABLE_ROWS)
    except BadValue as bad:
        errors.append(FieldError(field.key, bad.code, bad.message))
    return rows or None, errors


def _row(
    field: Field, number: int, typed: Mapping[str, Any], people: frozenset[int]
) -> tuple[dict[str, Any], list[FieldError]]:
    """A clean row; an empty one when nothing was typed in it. Errors are named `field.row.column`, rows from 0."""
    values: dict[str, Any] = {}
    errors: list[FieldError] = []
    for column in field.columns:
        try:
            value = clean_value(column, typed.get(column.key), people)
        except BadValue as bad:
            errors.append(FieldError(f"{field.key}.{number}.{column.key}", bad.code, bad.message))
        else:
            if value is not None:
                values[column.key] = value
    unknown = [key for key in typed if not any(column.key == key for column in field.columns)]
    if unknown:
        name = printable(str(unknown[0]))[:100]
        errors.append(FieldError(f"{field.key}.{number}.{name}", "unknown", _l("This table has no such column.")))
    wrong = {error.field for error in errors}
    for column in field.columns if values else ():
        place = f"{field.key}.{number}.{column.key}"
        if column.required and column.key not in values and place not in wrong:
            errors.append(FieldError(place, "required", _l("Fill this in.")))
    return values, errors


def people_in(fields: Sequence[Field], raw: Mapping[str, Any]) -> frozenset[int]:
    """The person ids that were typed, so that the operation can ask which exist; bad ones are left out."""
    found: list[int | None] = []
    for item in fields:
        if item.type == "person":
            found.append(_id(raw.get(item.key)))
        elif item.type == "table":
            keys = [column.key for column in item.columns if column.type == "person"]
            rows = raw.get(item.key)
            for row in rows if keys and isinstance(rows, (list, tuple)) else ():
                found += [_id(row.get(key)) for key in keys] if isinstance(row, Mapping) else []
    return frozenset(person for person in found if person is not None)


_TYPES: dict[str, Callable[[Column, Any], Any]] = {
    "text": _text,
    "longtext": _text,
    "integer": _integer,
    "decimal": _decimal,
    "money": _money,
    "date": _date,
    "datetime": _datetime,
    "boolean": _boolean,
    "choice": _choice,
    "choices": _choices,
}
