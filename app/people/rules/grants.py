"""Who may give which role, and who may touch whose account (DESIGN §3, §7)."""

from collections.abc import Collection, Mapping
from enum import Enum

from app.core.permissions import GRANTED_ROLES

ADMINISTRATORS = ("sysadmin", "secadmin", "auditor")


class Refusal(Enum):
    """Why a grant is refused."""

    ONESELF = "oneself"
    ABOVE = "above"
    UNKNOWN_ROLE = "unknown_role"
    EXCLUSIVE = "exclusive"


def refusal(
    *, granter: int, person: int, role: str, unit: int, reach: Collection[int] | None, held: Collection[str]
) -> Refusal | None:
    """Why ``granter`` may not give ``role`` for ``unit`` to ``person``; None when they may.

    ``reach``: units the granter's own office covers, None for all. ``held``: roles of the person in those days.
    """
    if role not in GRANTED_ROLES:
        return Refusal.UNKNOWN_ROLE
    if granter == person:
        return Refusal.ONESELF
    if reach is not None and unit not in reach:
        return Refusal.ABOVE
    if role in ADMINISTRATORS and any(other in ADMINISTRATORS and other != role for other in held):
        return Refusal.EXCLUSIVE
    return None


def may_reset(*, by: Collection[str], target: Collection[str]) -> bool:
    """Whether holders of the roles ``by`` may have a part in resetting an account that holds ``target``.

    A system administrator resets everybody's password alone but those of administrators: no one person must slip into
    such an account, so two of the system and security administrators do it together (decision 0015).
    """
    return bool({"sysadmin", "secadmin"} & set(by)) if needs_second(target) else "sysadmin" in by


def needs_second(target: Collection[str]) -> bool:
    """Whether an account that holds the roles ``target`` is reset only by two people."""
    return bool(set(ADMINISTRATORS) & set(target))


def reaches_root(unit: int, parents: Mapping[int, int | None]) -> bool:
    """Whether ``unit`` is a root of the tree: an office there covers the whole institution."""
    return parents.get(unit) is None
