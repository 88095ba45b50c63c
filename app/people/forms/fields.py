"""Fields that several forms of people share."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import DateField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than the type stubs

from app.core.search import reading_words
from app.core.texts import _l

EARLIEST, LATEST = 1950, 2100


class DayField(DateField):
    """A day that can belong to somebody's working life: between 1950 and 2100."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day; refuse years that nobody means."""
        super().process_formdata(valuelist)
        if self.data is not None and not EARLIEST <= self.data.year <= LATEST:
            self.data = None
            raise ValueError(_l("Choose a day between 1950 and 2100."))


def optional_id(raw: Any) -> int | None:
    """An id from a select box whose empty choice means nothing."""
    return None if raw in (None, "", "None") else int(raw)


def options(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Choices of a select box from pairs of value and title."""
    return [SelectChoice(value, title) for value, title in pairs]


def person_options(people: Iterable[tuple[Any, str]], notes: Mapping[int, str] | None = None) -> list[SelectChoice]:
    """Persons for a select box that is searched by typing: found by pinyin and initials, told apart by ``notes``."""
    known = notes or {}
    return [
        SelectChoice(i, name, {"data-words": reading_words(name), "data-note": known.get(i, "")}) for i, name in people
    ]
