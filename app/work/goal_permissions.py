"""Rights over goals, the branch manager's figures and contests (D37, D40)."""

from app.core.actor import Scope
from app.core.permissions import permission
from app.core.texts import _l

GOAL_VIEW = permission(
    "work:goal:view",
    title=_l("See goals"),
    roles={"staff": Scope.SELF, "leader": Scope.TEAM, "supervisor": Scope.UNIT, "hr": Scope.UNIT},
)
GOAL_SET = permission(
    "work:goal:set",
    title=_l("Set goals, divide them and change them"),
    roles={"staff": Scope.SELF, "leader": Scope.TEAM, "supervisor": Scope.UNIT, "hr": Scope.UNIT},
)
GOAL_LEAD = permission(
    "work:goal:lead",
    title=_l("Change, divide and drop goals that others have set"),
    roles={"leader": Scope.TEAM, "supervisor": Scope.UNIT},
)
FIGURES_VIEW = permission(
    "work:figures:view",
    title=_l("See the figures of one's units"),
    roles={"supervisor": Scope.UNIT, "hr": Scope.UNIT},
)
FIGURES_PLAN = permission(
    "work:figures:plan",
    title=_l("Plan figures and enter costs"),
    roles={"supervisor": Scope.UNIT},
)
CONTEST_VIEW = permission(
    "work:contest:view", title=_l("See contests"), roles={"staff": Scope.SELF, "supervisor": Scope.UNIT}
)
CONTEST_HOLD = permission(
    "work:contest:hold", title=_l("Hold contests and give awards"), roles={"supervisor": Scope.UNIT}
)
