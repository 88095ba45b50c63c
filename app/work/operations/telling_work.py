"""What people are told of work items."""

from collections.abc import Collection

from app.core.texts import _l
from app.work import notifications
from app.work.models import Assignment
from app.work.operations.notifying import notify

ASSIGNED = notifications.kind(
    "work.item_assigned",
    title=_l("%(who)s has assigned you “%(title)s”"),
    why=_l("because it was assigned to you"),
    group="work",
)


def tell_assigned(assignment: Assignment, person_ids: Collection[int], url: str) -> None:
    """Tell people that something was assigned to them; each once for an assignment, and not whoever sent it."""
    notify(
        [person for person in person_ids if person != assignment.sender_id],
        ASSIGNED,
        url=url,
        once=f"{ASSIGNED}/{assignment.id}",
        who=notifications.person(assignment.sender_id),
        title=assignment.title,
    )
