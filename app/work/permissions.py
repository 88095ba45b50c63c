"""Rights of the working day."""

from app.core.actor import Scope
from app.core.permissions import permission
from app.core.texts import _l

TODAY_VIEW = permission("work:today:view", title=_l("Open one's own day"), roles={"staff": Scope.SELF})
NOTIFICATION_VIEW = permission(
    "work:notification:view", title=_l("Read one's notifications"), roles={"staff": Scope.SELF}
)
DESK_VIEW = permission(
    "work:desk:view",
    title=_l("See what waits for one's people"),
    roles={"leader": Scope.TEAM, "supervisor": Scope.UNIT},
)
ITEM_VIEW = permission(
    "work:item:view",
    title=_l("See work items"),
    roles={
        "staff": Scope.SELF,
        "leader": Scope.TEAM,
        "supervisor": Scope.UNIT,
        "hr": Scope.UNIT,
    },
)
ASSIGN = permission(
    "work:item:assign",
    title=_l("Assign work to others"),
    roles={"leader": Scope.TEAM, "supervisor": Scope.UNIT, "hr": Scope.UNIT},
)
