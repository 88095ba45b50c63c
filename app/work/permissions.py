"""Rights of the working day, and over goals, the branch manager's figures and contests (D37, D40)."""

from app.core.actor import Scope
from app.core.permissions import permission
from app.core.texts import _l

TODAY_VIEW = permission("work:today:view", title=_l("Open one's own day"), roles={"staff": Scope.SELF})
NOTIFICATION_VIEW = permission(
    "work:notification:view", title=_l("Read one's notifications"), roles={"staff": Scope.SELF}
)
CALENDAR_VIEW = permission(
    "work:calendar:view",
    title=_l("See calendars: one's own, a leader's team's, a supervisor's unit's"),
    roles={"staff": Scope.SELF, "leader": Scope.TEAM, "supervisor": Scope.UNIT},
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
ITEM_LEAD = permission(
    "work:item:lead",
    title=_l("Lead what others have assigned: remind, extend, reassign, take back, end"),
    roles={"supervisor": Scope.UNIT},
)
RAISE = permission(
    "work:report:raise", title=_l("Raise reports, opinions and requests to units"), roles={"staff": Scope.SELF}
)
REPORT_READ = permission(
    "work:report:read", title=_l("Read shared market and competitor information"), roles={"staff": Scope.ALL}
)
KIND_KEEP = permission(
    "work:kind:keep",
    title=_l("Retire kinds of work and say to which unit they are raised"),
    roles={"hr": Scope.ALL, "sysadmin": Scope.ALL},
)
NOTICE_VIEW = permission(
    "work:notice:view",
    title=_l("Read notices and the library"),
    roles={"staff": Scope.SELF, "supervisor": Scope.UNIT, "hr": Scope.UNIT},
)
NOTICE_WRITE = permission(
    "work:notice:write",
    title=_l("Write notices and say who must read them"),
    roles={"leader": Scope.TEAM, "supervisor": Scope.UNIT, "hr": Scope.UNIT},
)
NOTICE_FOLLOW = permission(
    "work:notice:follow",
    title=_l("See who of one's people has read what, and nudge them"),
    roles={"leader": Scope.TEAM, "supervisor": Scope.UNIT, "hr": Scope.UNIT},
)
ROUTINE_VIEW = permission("work:routine:view", title=_l("Keep one's own daily routine"), roles={"staff": Scope.SELF})
ROUTINE_TEAM = permission(
    "work:routine:team",
    title=_l("See the daily routines of one's people"),
    roles={"leader": Scope.TEAM, "supervisor": Scope.UNIT, "hr": Scope.UNIT},
)
ROUTINE_EDIT = permission(
    "work:routine:edit",
    title=_l("Write the daily routines of posts"),
    roles={"supervisor": Scope.UNIT, "hr": Scope.UNIT},
)
LOG_VIEW = permission("work:log:view", title=_l("Write and read one's own work logs"), roles={"staff": Scope.SELF})
LOG_TEAM = permission(
    "work:log:team",
    title=_l("See the work logs of one's people"),
    roles={"supervisor": Scope.UNIT},
)
MEETING_VIEW = permission(
    "work:meeting:view",
    title=_l("See meetings and their minutes"),
    roles={"staff": Scope.SELF, "leader": Scope.TEAM, "supervisor": Scope.UNIT, "hr": Scope.UNIT},
)
MEETING_PLAN = permission(
    "work:meeting:plan",
    title=_l("Call meetings and invite to them"),
    roles={"leader": Scope.TEAM, "supervisor": Scope.UNIT, "hr": Scope.UNIT},
)
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
