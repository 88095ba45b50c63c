"""Who acts: a person or the system itself, with exactly the rights of this moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum

from app.core.errors import Forbidden


class Scope(IntEnum):
    """How far a permission reaches, widest last."""

    SELF = 1
    TEAM = 2
    UNIT = 3
    ALL = 4


@dataclass(frozen=True, slots=True)
class Granted:
    """A permission as one actor holds it: its reach, the units with all below them, and the teams in which it is held.

    Who leads one team and belongs to another holds a leader's rights in the first alone.
    """

    level: Scope
    unit_ids: frozenset[int] = frozenset()
    team_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Actor:
    """The acting person. Built anew for each request, never kept, so a right withdrawn is gone at the next one."""

    id: int
    name: str = ""
    username: str = ""
    locale: str = "zh"
    theme: str = ""
    roles: frozenset[str] = frozenset()
    grants: Mapping[str, Granted] = field(default_factory=dict)
    team_ids: frozenset[int] = frozenset()
    home_unit_id: int | None = None
    stands_in_for: frozenset[int] = frozenset()
    behalf: int | None = None
    channel: str = "page"
    address: str | None = None
    session_id: int | None = None

    @property
    def is_system(self) -> bool:
        """Whether the product itself acts (jobs, seeds)."""
        return self.id == 0

    @property
    def selves(self) -> frozenset[int]:
        """The persons whose own things this actor may handle: itself and those it stands in for today."""
        return self.stands_in_for | {self.id}

    def scope(self, permission: str) -> Granted | None:
        """How far ``permission`` reaches for this actor; None without it."""
        if self.is_system:
            return Granted(Scope.ALL)
        return self.grants.get(permission)

    def may(self, permission: str) -> bool:
        """Whether the actor holds ``permission`` at all."""
        return self.is_system or permission in self.grants

    def require(self, permission: str) -> Granted:
        """The reach of ``permission``; raises ``Forbidden`` without it."""
        granted = self.scope(permission)
        if granted is None:
            raise Forbidden(permission)
        return granted

    def on_behalf_of(self, person_id: int) -> "Actor":
        """The same actor acting for an absent person; raises ``Forbidden`` when not the deputy now."""
        if person_id == self.id:
            return replace(self, behalf=None)
        if person_id not in self.stands_in_for:
            raise Forbidden()
        return replace(self, behalf=person_id)


SYSTEM = Actor(id=0, name="Qiao", username="system", channel="job")
"""The product itself."""
