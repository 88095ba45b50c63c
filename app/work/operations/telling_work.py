"""What people are told of work items."""

from collections.abc import Collection

from app.core import clock
from app.core.texts import _l
from app.work import notifications
from app.work.models import Assignment
from app.work.operations.notifying import notify
from app.work.queries.items import address

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


WITHDRAWN = notifications.kind(
    "work.item_withdrawn",
    title=_l("“%(title)s” is no longer wanted"),
    why=_l("because it was assigned to you"),
    group="work",
)
SERIES_FAILED = notifications.kind(
    "work.series_failed",
    title=_l("“%(title)s” could not be assigned again: %(why)s"),
    why=_l("because you have it assigned again and again"),
    group="work",
)


def tell_withdrawn(assignment: Assignment, item_id: int, person_id: int | None) -> None:
    """Tell that an item was taken back or closed."""
    notify([person_id], WITHDRAWN, url=address(item_id), once=f"{WITHDRAWN}/{item_id}", title=assignment.title)


def tell_series_failed(assignment: Assignment, sender_id: int, why: str) -> None:
    """Tell a sender that their series stumbled."""
    notify(
        [sender_id], SERIES_FAILED, url=f"/work/assignments/{assignment.id}",
        once=f"{SERIES_FAILED}/{assignment.id}/{clock.today():%Y%m%d}", title=assignment.title, why=why,
    )  # fmt: skip
