"""What this room itself tells people: the facts of every tracked process, in one sentence each."""

from app.core.texts import _l
from app.work.notifications import kind

_MINE = _l("because the step is yours")
_OVERSEE = _l("because you oversee this case or have sent it")

OPENED = kind(
    "work.turn_opened",
    title=_l("%(who)s hands you “%(step)s”: %(subject)s"),
    why=_l("because this step is assigned to you"),
    group="turns",
)
GIVEN = kind(
    "work.turn_given",
    title=_l("%(who)s passed “%(step)s” on to you: %(subject)s"),
    why=_l("because the step was reassigned to you"),
    group="turns",
)
TAKEN = kind(
    "work.turn_taken",
    title=_l("%(who)s passed “%(step)s” on to %(to)s: %(subject)s"),
    why=_l("because the step was yours"),
    group="turns",
)
RETURNED = kind(
    "work.turn_returned",
    title=_l("%(who)s returned “%(step)s” to you: %(subject)s"),
    why=_l("because you do this step"),
    group="turns",
)
DECIDED = kind(
    "work.decided",
    title=_l("%(who)s decided “%(outcome)s” in “%(step)s”: %(subject)s"),
    why=_l("because you answer for this case"),
    group="turns",
)
FINISHED = kind(
    "work.finished",
    title=_l("What you sent has ended – %(end)s: %(subject)s"),
    why=_l("because you are the sender"),
    group="work",
)
ENDED = kind(
    "work.ended",
    title=_l("%(who)s ended your case – %(end)s: %(subject)s"),
    why=_l("because you answer for this case"),
    group="work",
)
ESCALATED = kind(
    "work.escalated",
    title=_l("“%(step)s” is overdue with %(who)s: %(subject)s"),
    why=_l("because overdue steps of these people are brought to you"),
    group="following",
)
UNTAKEN = kind(
    "work.escalated_untaken",
    title=_l("“%(step)s” is overdue and nobody has taken it: %(subject)s"),
    why=_l("because overdue steps of your people are brought to you"),
    group="following",
)
TIME_ASKED = kind(
    "work.time_asked",
    title=_l("%(who)s asks for time until %(until)s for “%(step)s”: %(subject)s"),
    why=_OVERSEE,
    group="following",
)
TIME_GIVEN = kind(
    "work.time_given",
    title=_l("%(who)s gave you time until %(until)s for “%(step)s”: %(subject)s"),
    why=_MINE,
    group="turns",
)
BLOCKED = kind(
    "work.blocked",
    title=_l("%(who)s cannot go on with “%(step)s”: %(subject)s"),
    why=_OVERSEE,
    group="following",
)
MENTIONED = kind(
    "work.mentioned",
    title=_l("%(who)s mentioned you at “%(step)s”: %(subject)s"),
    why=_l("because your name stands in the comment"),
    group="comments",
)
COMMENTED = kind(
    "work.commented",
    title=_l("%(who)s commented on “%(step)s”: %(subject)s"),
    why=_MINE,
    group="comments",
)
OWNS = kind(
    "work.owner_changed",
    title=_l("%(who)s made you answer for %(subject)s"),
    why=_l("because you answer for this case"),
    group="work",
)
NUDGED = kind(
    "work.nudged",
    title=_l("%(who)s reminds you of “%(step)s”: %(subject)s (%(why)s)"),
    why=_l("because it waits for you"),
    group="turns",
)
