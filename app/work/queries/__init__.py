"""Reads of the working day."""

from app.work.queries.desk import (
    Desk,
    DeskPerson,
    Narrowed,
    candidates,
    desk,
    other_things,
    stalled_since,
    teams_and_processes,
    things,
)
from app.work.queries.today import Day, day_of, turns_page

__all__ = [
    "Day",
    "Desk",
    "DeskPerson",
    "Narrowed",
    "candidates",
    "day_of",
    "desk",
    "other_things",
    "stalled_since",
    "teams_and_processes",
    "things",
    "turns_page",
]
