"""What one person has to do of work items, and what they wait for."""

from dataclasses import dataclass

from app.core.actor import Actor
from app.people import queries as people
from app.work.queries.items import KIND
from app.workflow.queries import desk
from app.workflow.queries.desk import Lists

MOST = 50


@dataclass(frozen=True, slots=True)
class Mine:
    """The reader's turns of work items, each list most urgent first, and the names in them."""

    lists: Lists
    names: dict[int, str]


def my_items(actor: Actor) -> Mine:
    """Everything of work items that concerns ``actor`` and whom they stand in for. Two statements."""
    lists = desk.lists_for(actor, MOST, KIND)
    return Mine(lists, people.names({turn.assignee_id for turn in [*lists.mine, *lists.others]}))
