"""All writes of the workflow core. None of them commits; each takes the run's lock before it looks."""

from app.workflow.operations.batches import (
    extend_batch,
    make_batches,
    make_chunk,
    recount_batch,
    start_batch,
    stop_batch,
)
from app.workflow.operations.children import report_results
from app.workflow.operations.definitions import (
    discard_definition,
    faults_of,
    publish,
    publish_draft,
    save_definition,
    sync_seeds,
    take_seed,
)
from app.workflow.operations.drafts import discard_draft, save_draft
from app.workflow.operations.erasing import erase_values
from app.workflow.operations.erasures import ask_erasure, confirm_erasure, refuse_erasure
from app.workflow.operations.evidence import PURPOSE, add_evidence, remove_evidence, use_again
from app.workflow.operations.leaving import (
    find_hands,
    follow_lanes,
    membership_ended,
    person_left,
    refresh_lanes,
    refresh_team,
)
from app.workflow.operations.members import add_member, close_early, remove_member
from app.workflow.operations.moving import Moved, move_runs, runs_on
from app.workflow.operations.remarks import ask_for_time, comment, nudge, report_blocked
from app.workflow.operations.runs import (
    change_owner,
    close,
    outdate,
    pause,
    refresh_missing,
    relabel,
    resume,
    set_priority,
    start,
    subject_changed,
)
from app.workflow.operations.sweeping import recompute_dues, request_recomputation, sweep_deadlines, watch_calendar
from app.workflow.operations.turns import claim, complete, extend, give_back, reassign, return_to

__all__ = [
    "PURPOSE",
    "Moved",
    "add_evidence",
    "add_member",
    "ask_erasure",
    "ask_for_time",
    "change_owner",
    "claim",
    "close",
    "close_early",
    "comment",
    "complete",
    "confirm_erasure",
    "discard_definition",
    "discard_draft",
    "erase_values",
    "extend",
    "extend_batch",
    "faults_of",
    "find_hands",
    "follow_lanes",
    "give_back",
    "make_batches",
    "make_chunk",
    "membership_ended",
    "move_runs",
    "nudge",
    "outdate",
    "pause",
    "person_left",
    "publish",
    "publish_draft",
    "reassign",
    "recompute_dues",
    "recount_batch",
    "refresh_lanes",
    "refresh_missing",
    "refresh_team",
    "refuse_erasure",
    "relabel",
    "remove_evidence",
    "remove_member",
    "report_blocked",
    "report_results",
    "request_recomputation",
    "resume",
    "return_to",
    "runs_on",
    "save_definition",
    "save_draft",
    "set_priority",
    "start",
    "start_batch",
    "stop_batch",
    "subject_changed",
    "sweep_deadlines",
    "sync_seeds",
    "take_seed",
    "use_again",
    "watch_calendar",
]
