"""The list of permissions. Rooms declare theirs; ``flask permissions`` prints the whole, in alphabetical order."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from app.core.actor import Scope

ROLES = (
    "staff",  # every account
    "leader", "relationship", "business", "support",  # by dated membership of a customer team (D7)
    "trainee", "supervisor", "hr", "risk", "sysadmin", "secadmin", "auditor",  # by dated grant bound to a unit
)  # fmt: skip
TEAM_ROLES = ("leader", "relationship", "business", "support")
GRANTED_ROLES = ("trainee", "supervisor", "hr", "risk", "sysadmin", "secadmin", "auditor")


@dataclass(frozen=True, slots=True)
class Permission:
    """One right, ``room:thing:action``, its title, and which role holds it how far."""

    name: str
    title: Any
    roles: Mapping[str, Scope]


_registry: dict[str, Permission] = {}


def permission(name: str, *, title: Any, roles: Mapping[str, Scope]) -> str:
    """Declare a permission and return its name. Declaring the same name twice differently is a fault of the program."""
    unknown = set(roles) - set(ROLES)
    if unknown or name.count(":") != 2:
        raise ValueError(f"permission {name}: unknown roles {sorted(unknown)} or not room:thing:action")
    declared = Permission(name, title, dict(roles))
    known = _registry.get(name)
    if known is not None and known.roles != declared.roles:
        raise ValueError(f"permission {name} is declared twice")
    _registry[name] = declared
    of_role.cache_clear()
    return name


def permissions() -> list[Permission]:
    """Every declared permission, by name."""
    return [_registry[name] for name in sorted(_registry)]


def is_permission(name: str) -> bool:
    """Whether ``name`` has been declared."""
    return name in _registry


@cache
def of_role(role: str) -> Mapping[str, Scope]:
    """What a role may do, and how far."""
    return {p.name: p.roles[role] for p in _registry.values() if role in p.roles}
