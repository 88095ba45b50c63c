"""Facts about runs that other rooms may want to know. Sent inside the same transaction, under the run's lock."""

from app.core.signals import Signal

run_started = Signal("workflow.run_started")
"""`run` (its row), `actor`."""

run_moved = Signal("workflow.run_moved")
"""`run`, `actor`, `kinds` (what happened): its stage, turns or state have changed."""

history_written = Signal("workflow.history_written")
"""`run`, `actor`, `definition`, `state` (after), `events`: everything that one decision has added, for whoever tells people of it."""

run_closed = Signal("workflow.run_closed")
"""`run`, `actor`: it has ended; `run.state` says how, `run.end` by which end, `run.end_reason` why."""

turn_escalated = Signal("workflow.turn_escalated")
"""`run`, `turn_id`, `lane`, `people`: a rung of the ladder has reached these people."""

evidence_changed = Signal("workflow.evidence_changed")
"""`run`, `turn_id`, `actor`."""
