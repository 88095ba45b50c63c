"""Tables of the workflow core."""

from app.workflow.models.batch import Batch, BatchMember
from app.workflow.models.definition import Definition, DefinitionDraft
from app.workflow.models.drafting import Draft
from app.workflow.models.erasure import Erasure, ErasureRun
from app.workflow.models.history import Comment, Event, Evidence, Value
from app.workflow.models.run import Run, StageVisit, Turn, TurnCandidate
from app.workflow.models.timing import Deadline, Recomputation

__all__ = [
    "Batch",
    "BatchMember",
    "Comment",
    "Deadline",
    "Definition",
    "DefinitionDraft",
    "Draft",
    "Erasure",
    "ErasureRun",
    "Event",
    "Evidence",
    "Recomputation",
    "Run",
    "StageVisit",
    "Turn",
    "TurnCandidate",
    "Value",
]
