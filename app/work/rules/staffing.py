"""Who was where, from dated postings: spells of people in units, cut to a period (D40)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Spell:
    """A person in a unit at a post from ``first`` until before ``before`` (None: until further notice)."""

    person_id: int
    unit_id: int
    post: str
    first: date
    before: date | None

    def holds(self, day: date) -> bool:
        """Whether the person was there on that day."""
        return self.first <= day and (self.before is None or day < self.before)

    def days(self, first: date, last: date) -> int:
        """How many of the days from ``first`` to ``last`` the spell covers."""
        begin = max(self.first, first)
        end = last if self.before is None else min(self.before - timedelta(days=1), last)
        return max((end - begin).days + 1, 0)


def last_spells(spells: Iterable[Spell], first: date, last: date) -> dict[int, Spell]:
    """Each person's latest spell that touches the period: everybody counts once, where they were last."""
    found: dict[int, Spell] = {}
    for spell in spells:
        if spell.days(first, last) and (spell.person_id not in found or spell.first > found[spell.person_id].first):
            found[spell.person_id] = spell
    return found


def of_units(found: dict[int, Spell], unit_ids: Collection[int]) -> list[int]:
    """The persons whose latest spell is in one of the units."""
    return sorted(person for person, spell in found.items() if spell.unit_id in unit_ids)


def person_days(
    spells: Iterable[Spell], unit_ids: Collection[int], posts: Collection[str], first: date, last: date
) -> dict[int, int]:
    """Days that each person stood at one of the posts in one of the units within the period; zero is left out."""
    found: dict[int, int] = {}
    for spell in spells:
        if spell.unit_id in unit_ids and spell.post in posts and (days := spell.days(first, last)):
            found[spell.person_id] = found.get(spell.person_id, 0) + days
    return found


def headcount(days: Iterable[int], first: date, last: date) -> Decimal:
    """Average number of people: their days over the days of the period, to two decimals."""
    length = (last - first).days + 1
    if length <= 0:
        return Decimal(0)
    return (Decimal(sum(days)) / length).quantize(Decimal("0.01"), ROUND_HALF_UP)
