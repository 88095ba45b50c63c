"""What later rooms say about a customer, by name: opportunities that a contact may be tied to.

The sales room registers itself here; without it contacts are simply not tied to anything.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Link:
    """A record of another room: what it is called and where it is shown."""

    id: int
    label: str
    url: str


Open = Callable[[Actor, int], Sequence[Link]]
Describe = Callable[[Actor, Iterable[int]], Mapping[int, Link]]

_opportunities: list[tuple[Open, Describe]] = []


def opportunities(*, open_for: Open, describe: Describe) -> None:
    """Register ``open_for(actor, customer_id)`` – the open opportunities of a customer that the actor may see – and
    ``describe(actor, ids)`` – those of the ids that the actor may see. One statement each."""
    _opportunities[:] = [(open_for, describe)]


def open_opportunities(actor: Actor, customer_id: int) -> Sequence[Link]:
    """The open opportunities of a customer within the actor's view."""
    return _opportunities[0][0](actor, customer_id) if _opportunities else []


def described(actor: Actor, ids: Iterable[int]) -> Mapping[int, Link]:
    """Labels and addresses of opportunities within the actor's view."""
    wanted = set(ids)
    return _opportunities[0][1](actor, wanted) if wanted and _opportunities else {}
