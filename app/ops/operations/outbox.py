"""An administrator lets mail go out again; who did so is noted."""

from app.core import audit, outbox
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.texts import _l
from app.ops.permissions import MAIL_RETRY

RETRIED = audit.declare("ops.mail_retried", _l("Sent mail again"), ("message_id", "count"))


def retry(actor: Actor, message_id: int) -> None:
    """One mail at the next round, under the same number as before; NotFound when there is none that waits or was given up."""
    actor.require(MAIL_RETRY)
    if not 0 < message_id < 2**63 or not outbox.send_again("mail", message_id=message_id):
        raise NotFound()
    audit.record(actor, RETRIED, message_id=message_id, count=1)


def retry_given_up(actor: Actor) -> int:
    """Every mail that was given up; returns how many."""
    actor.require(MAIL_RETRY)
    count = outbox.send_again("mail")
    if count:
        audit.record(actor, RETRIED, count=count)
    return count
