"""When a birthday comes round, and which birthdays a span of days touches."""

from datetime import date


def birthday_in(born: date, year: int) -> date:
    """The birthday in a year; one of 29 February is kept on the 28th in other years."""
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def marks(first: date, last: date) -> list[tuple[int, int]]:
    """Spans of month and day (``1231``) in which birthdays lie that fall between two days; 29 February never slips through."""
    if (last - first).days >= 365:
        return [(101, 1231)]
    low, high = first.month * 100 + first.day, last.month * 100 + last.day
    if high == 228:
        high = 229
    return [(low, high)] if first.year == last.year else [(low, 1231), (101, high)]
