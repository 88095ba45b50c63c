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
