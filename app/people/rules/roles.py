"""Roles under the names that people know them by (D7)."""

from collections.abc import Mapping
from typing import Any

from app.core.texts import _l

ROLE_TITLES: Mapping[str, Any] = {
    "staff": _l("Staff"),
    "leader": _l("Team leader"),
    "relationship": _l("Relationship manager"),
    "business": _l("Business manager"),
    "support": _l("Support"),
    "trainee": _l("Trainee"),
    "supervisor": _l("Supervisor"),
    "hr": _l("HR"),
    "risk": _l("Approving officer"),
    "sysadmin": _l("System administrator"),
    "secadmin": _l("Security administrator"),
    "auditor": _l("Auditor"),
}
