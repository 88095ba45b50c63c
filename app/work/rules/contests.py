"""Who stands where in a contest: equal figures share a place, and the next one comes after all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Place:
    """A competitor's place."""

    person_id: int
    place: int
    figure: Decimal


def ranked(figures: Mapping[int, Decimal]) -> list[Place]:
    """Everybody with their place, the highest figure first; whoever has nothing has a place too."""
    order = sorted(figures.items(), key=lambda item: (-item[1], item[0]))
    found: list[Place] = []
    for number, (person, figure) in enumerate(order, start=1):
        shared = found and found[-1].figure == figure
        found.append(Place(person, found[-1].place if shared else number, figure))
    return found
