"""Rights of people: who sees and changes persons, units, teams, grants and absences.

The system administrator and HR make accounts, HR not those of administrators; the security administrator gives roles,
the auditor only looks (DESIGN §3).
"""

from app.core.actor import Scope
from app.core.permissions import permission
from app.core.texts import _l

_LOOKERS = {"sysadmin": Scope.UNIT, "secadmin": Scope.UNIT, "auditor": Scope.UNIT}
_HEADS = {"supervisor": Scope.UNIT, "hr": Scope.UNIT}

ADMIN_VIEW = permission(
    "people:administration:view",
    title=_l("Open the administration"),
    roles={**_LOOKERS, **_HEADS},
)
PROFILE_EDIT = permission(
    "people:profile:edit",
    title=_l("Keep one's own profile, password and sign-ins"),
    roles={"staff": Scope.SELF},
)
PERSON_VIEW = permission(
    "people:person:view",
    title=_l("See persons"),
    roles={
        "staff": Scope.SELF,
        "leader": Scope.TEAM,
        "relationship": Scope.TEAM,
        "business": Scope.TEAM,
        "support": Scope.TEAM,
        **_HEADS,
        **_LOOKERS,
    },
)
PERSON_EDIT = permission(
    "people:person:edit",
    title=_l("Create and edit persons and their accounts"),
    roles={"sysadmin": Scope.UNIT, "hr": Scope.UNIT},
)
POSTING_EDIT = permission(
    "people:posting:edit",
    title=_l("Set unit, post and grade of persons"),
    roles={"sysadmin": Scope.UNIT, "hr": Scope.UNIT},
)
ACCOUNT_MANAGE = permission(
    "people:account:manage",
    title=_l("Lock and unlock accounts and end their sign-ins"),
    roles={"sysadmin": Scope.UNIT, "secadmin": Scope.UNIT},
)
PASSWORD_RESET = permission(
    "people:password:reset",
    title=_l("Give one-time passwords"),
    roles={"sysadmin": Scope.UNIT, "secadmin": Scope.UNIT},
)
PERSON_LEAVE = permission(
    "people:person:leave",
    title=_l("Record that a person leaves"),
    roles={"sysadmin": Scope.UNIT, "hr": Scope.UNIT},
)
IMPORT_RUN = permission(
    "people:import:run",
    title=_l("Import units and persons"),
    roles={"sysadmin": Scope.UNIT},
)
UNIT_VIEW = permission(
    "people:unit:view",
    title=_l("See the organisation tree"),
    roles={**_HEADS, **_LOOKERS},
)
UNIT_EDIT = permission(
    "people:unit:edit",
    title=_l("Change the organisation tree"),
    roles={"sysadmin": Scope.UNIT, "hr": Scope.UNIT},
)
VOCABULARY_EDIT = permission(
    "people:vocabulary:edit",
    title=_l("Name levels, posts, grades and industries"),
    roles={"sysadmin": Scope.ALL},
)
SETTING_VIEW = permission("people:setting:view", title=_l("See the settings of the institution"), roles=_LOOKERS)
SETTING_EDIT = permission(
    "people:setting:edit",
    title=_l("Change settings of the daily work"),
    roles={"sysadmin": Scope.UNIT},
)
CONTROL_EDIT = permission(
    "people:control:edit",
    title=_l("Change settings that decide who checks and who decides"),
    roles={"secadmin": Scope.UNIT},
)
TEAM_VIEW = permission(
    "people:team:view",
    title=_l("See customer teams"),
    roles={
        "leader": Scope.TEAM,
        "relationship": Scope.TEAM,
        "business": Scope.TEAM,
        "support": Scope.TEAM,
        **_HEADS,
        **_LOOKERS,
    },
)
TEAM_EDIT = permission(
    "people:team:edit",
    title=_l("Form customer teams and give their roles"),
    roles={"supervisor": Scope.UNIT, "hr": Scope.UNIT, "secadmin": Scope.UNIT},
)
GRANT_VIEW = permission(
    "people:grant:view",
    title=_l("See granted roles"),
    roles={**_HEADS, **_LOOKERS},
)
GRANT_EDIT = permission(
    "people:grant:edit",
    title=_l("Grant and withdraw roles"),
    roles={"secadmin": Scope.UNIT},
)
ABSENCE_VIEW = permission(
    "people:absence:view",
    title=_l("See absences and deputies"),
    roles={"staff": Scope.SELF, "leader": Scope.TEAM, **_HEADS, "auditor": Scope.UNIT},
)
ABSENCE_EDIT = permission(
    "people:absence:edit",
    title=_l("Record absences and deputies"),
    roles={"staff": Scope.SELF, **_HEADS},
)
CALENDAR_VIEW = permission(
    "people:calendar:view",
    title=_l("See the working-day calendar"),
    roles={"hr": Scope.ALL, "supervisor": Scope.ALL, "sysadmin": Scope.ALL, "auditor": Scope.ALL},
)
CALENDAR_EDIT = permission(
    "people:calendar:edit",
    title=_l("Set working and free days"),
    roles={"hr": Scope.ALL, "sysadmin": Scope.ALL},
)
TOKEN_EDIT = permission(
    "people:token:edit",
    title=_l("Make and revoke one's own programs' keys"),
    roles={"staff": Scope.SELF},
)
