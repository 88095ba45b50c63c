"""What is done on the page of one item: remarks, handing it to somebody else, stopping its clock."""

from app.core.actor import Actor
from app.core.errors import Forbidden, Invalid
from app.core.texts import _l
from app.people.queries import audiences
from app.people.rules.audiences import of_persons
from app.work.operations.leading import hand_to, held_item, leading
from app.work.permissions import ASSIGN
from app.work.queries import item_pages
from app.workflow import operations as workflow


def comment_item(actor: Actor, item_id: int, text: str) -> None:
    """Remark on an item; whoever is named with an @ is told, as on every step."""
    view = item_pages.item_for(actor, item_id)
    workflow.comment(actor, item_pages.latest_turn(view.run.run.id), text)


def hand_item(actor: Actor, item_id: int, to: int, reason: str) -> None:
    """Give one item to somebody else within reach; for whoever leads its assignment."""
    view = item_pages.item_for(actor, item_id)
    if not view.leads:
        raise Forbidden(ASSIGN)
    if not audiences.resolve(actor, of_persons([to]), ASSIGN):
        raise Invalid("to", "unknown", _l("Choose somebody within your reach."))
    hand_to(actor, held_item(view.item, item_pages.run_of(view.item), view.assignment), to, reason)


def pause_item(actor: Actor, item_id: int, reason: str) -> None:
    """Stop the clock of an item, for a reason."""
    workflow.pause(*_led(actor, item_id), reason)


def resume_item(actor: Actor, item_id: int) -> None:
    """Let the clock of a paused item go on."""
    workflow.resume(*_led(actor, item_id))


def _led(actor: Actor, item_id: int) -> tuple[Actor, int]:
    view = item_pages.item_for(actor, item_id)
    return (leading(actor) if view.leads else actor), view.run.run.id
