"""Reads of the working day."""

from app.work.queries.desk import Desk, DeskPerson, desk, stalled_since, things
from app.work.queries.today import Day, day_of

__all__ = ["Day", "Desk", "DeskPerson", "day_of", "desk", "stalled_since", "things"]
