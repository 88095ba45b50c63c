"""Rights of the working day."""

from app.core.actor import Scope
from app.core.permissions import permission
from app.core.texts import _l

TODAY_VIEW = permission("work:today:view", title=_l("Open one's own day"), roles={"staff": Scope.SELF})
DESK_VIEW = permission(
    "work:desk:view",
    title=_l("See what waits for one's people"),
    roles={"leader": Scope.TEAM, "supervisor": Scope.UNIT},
)
