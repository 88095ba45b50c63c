"""All writes of the working day. None of them commits."""

from app.work.operations.assigning import Changes, assign, discard, draft, redraft, send
from app.work.operations.desk import Outcome, Refused, extend_many, reassign_many
from app.work.operations.mailing import choose
from app.work.operations.notifying import notify
from app.work.operations.reading import read_all, read_one

__all__ = [
    "Changes",
    "Outcome",
    "Refused",
    "assign",
    "discard",
    "draft",
    "extend_many",
    "notify",
    "reassign_many",
    "redraft",
    "send",
]
__all__ = ["Outcome", "Refused", "choose", "extend_many", "notify", "read_all", "read_one", "reassign_many"]
