"""All writes of the working day. None of them commits."""

from app.work.operations.desk import Outcome, Refused, extend_many, reassign_many
from app.work.operations.notifying import notify

__all__ = ["Outcome", "Refused", "extend_many", "notify", "reassign_many"]
