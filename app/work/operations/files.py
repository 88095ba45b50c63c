"""Files that go with what is asked."""

from typing import IO

from sqlalchemy import func, select

from app.core import audit, files
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, Invalid, NotFound
from app.core.texts import _l
from app.work.models import Assignment, AssignmentFile
from app.work.permissions import ASSIGN

PURPOSE = "work.attachment"
MOST = 10
FILE_ADDED = audit.declare("work.file_added", _l("File added to an assignment"), ("file",))
FILE_REMOVED = audit.declare("work.file_removed", _l("File of an assignment removed"), ("file",))


def add_file(actor: Actor, assignment: Assignment, stream: IO[bytes], filename: str) -> AssignmentFile:
    """Add a file. Raises ``Invalid`` (``file``)."""
    actor.require(ASSIGN)
    there = session.scalar(select(func.count()).where(AssignmentFile.assignment_id == assignment.id)) or 0
    if there >= MOST:
        raise Invalid("file", "too_many", _l("At most %(count)d files.", count=MOST))
    stored = files.store(stream, filename, actor, PURPOSE)
    row = AssignmentFile(assignment_id=assignment.id, file_id=stored.id, added_by=actor.id)
    session.add(row)
    session.flush()
    audit.record(actor, FILE_ADDED, target=("work_assignment", assignment.id), file=stored.id)
    return row


def remove_file(actor: Actor, assignment: Assignment, file_id: int) -> None:
    """Take a file off a draft; what has been sent keeps its files."""
    actor.require(ASSIGN)
    if assignment.state != "draft":
        raise Conflict(_l("This has been sent already."))
    row = session.scalar(
        select(AssignmentFile).where(AssignmentFile.assignment_id == assignment.id, AssignmentFile.file_id == file_id)
    )
    if row is None:
        raise NotFound()
    session.delete(row)
    session.flush()
    audit.record(actor, FILE_REMOVED, target=("work_assignment", assignment.id), file=file_id)
