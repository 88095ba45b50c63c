"""Marks on a turn's row that its folded state does not carry: drawn from events alone, so verifying can draw them again."""

from datetime import datetime
from typing import Any

from app.workflow.rules import events as e
from app.workflow.rules.events import Event

MARKS = ("blocked_at", "asked_until", "nudged_at", "escalated_to")
"""Columns that are nothing but what these events have left."""


def marks_of(event: Event) -> dict[str, Any]:
    """The marks that an event leaves on the row of its turn; None clears one."""
    match event.kind:
        case e.BLOCKED:
            return {"blocked_at": event.at}
        case e.TIME_ASKED:
            return {"asked_until": datetime.fromisoformat(event.data["until"])}
        case e.NUDGED:
            return {"nudged_at": event.at}
        case e.DUE_CHANGED if event.data["why"] == "extended":
            return {"asked_until": None, "blocked_at": None}
        case e.REASSIGNED:
            return {"blocked_at": None, "asked_until": None, "nudged_at": None}
        case e.RUNG_FIRED:
            return {"escalated_to": event.data["lane"]}
    return {}
