"""All writes of the working day. None of them commits."""

from app.work.operations.assigning import Changes, assign, discard, draft, redraft, send
from app.work.operations.desk import Outcome, Refused, extend_many, nudge_many, nudge_overdue, reassign_many
from app.work.operations.leading import (
    Account,
    NotDone,
    close_assignment,
    close_items,
    extend_items,
    nudge_items,
    reassign_items,
    recall_items,
)
from app.work.operations.mailing import choose
from app.work.operations.notifying import notify
from app.work.operations.reading import read_all, read_one
from app.work.operations.series import add_newcomers, end_series, make_series, plan, send_planned, unplan

__all__ = [
    "Account",
    "Changes",
    "NotDone",
    "Outcome",
    "Refused",
    "add_newcomers",
    "assign",
    "choose",
    "close_assignment",
    "close_items",
    "discard",
    "draft",
    "end_series",
    "extend_items",
    "extend_many",
    "make_series",
    "notify",
    "nudge_items",
    "nudge_many",
    "nudge_overdue",
    "plan",
    "read_all",
    "read_one",
    "reassign_items",
    "reassign_many",
    "recall_items",
    "redraft",
    "send",
    "send_planned",
    "unplan",
]
