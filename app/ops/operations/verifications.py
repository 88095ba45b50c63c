"""Reading the whole history against its chains and seals, at the command line, at an auditor's wish and every night."""

import itertools
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.core import audit, clock, seal
from app.core.actor import Actor
from app.core.database import is_sqlite, session, unit_of_work
from app.core.texts import _l
from app.ops.models import Verification
from app.ops.permissions import AUDIT_VIEW
from app.ops.queries.verifications import latest, waiting
from app.workflow.queries import verdicts

VERIFIED = audit.declare("ops.history_verified", _l("Verified the history"), ("holds",))
ASKED = audit.declare("ops.verification_asked", _l("Asked for the history to be verified"))
EVERY = timedelta(hours=20)
NIGHT = range(1, 6)
"""Hours of the institution's clock in which history is verified by itself."""


def ask(actor: Actor) -> None:
    """Ask for a verification; the job runner does it within a minute. Asking twice is asking once."""
    actor.require(AUDIT_VIEW)
    if waiting() is None:
        session.add(Verification(asked_by=actor.id))
        audit.record(actor, ASKED)
        session.flush()


def read_head(path: Path) -> dict[str, Any]:
    """An exported last seal; raises ``ValueError`` when the file is none."""
    head = json.loads(path.read_text("utf-8"))
    if not isinstance(head, dict) or not isinstance(head.get("seal"), int) or not isinstance(head.get("digest"), str):
        raise ValueError(f"{path} is not an exported head")
    return head


def known_head() -> dict[str, Any] | None:
    """The last seal as it was remembered outside the database; None before the first."""
    path = seal.head_file()
    return read_head(path) if path.exists() else None


def verify(
    actor: Actor, head: dict[str, Any] | None, number: int | None = None, *, tombstones: list[str] | None = None
) -> Verification:
    """Verify everything and note the result, as ``number`` when it was asked for; names the first broken place.

    ``tombstones`` takes a line for each run in which texts were erased lawfully.

    First every chain and seal, then every run: that its texts fit their digests and its rows the folded events.

    Reads in one unit and writes in another, so that nobody waits for it.
    """
    session.rollback()
    if not is_sqlite():  # SQLite reads one snapshot anyway
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    first = next(itertools.chain(seal.verify(head), _runs([] if tombstones is None else tombstones)), None)
    last = seal.export_head()
    session.rollback()
    with unit_of_work():
        row = session.get(Verification, number) if number is not None else None
        if row is None:
            row = Verification(asked_by=actor.id)
            session.add(row)
        row.ended_at, row.broken = clock.now(), str(first)[:300] if first else ""
        row.seal_id = last["seal"] if last else None
        audit.record(actor, VERIFIED, holds=first is None)
        session.flush()
    return row


def _runs(tombstones: list[str]) -> Iterator[seal.Broken]:
    for verdict in verdicts():
        if verdict.erased:
            tombstones.append(f"run {verdict.run_id}: {', '.join(verdict.erased)}")
        if verdict.broken is not None:
            yield verdict.broken


def verify_due(actor: Actor) -> int:
    """Job: what an auditor has asked for, and once a night; returns how many verifications were made."""
    with unit_of_work():
        asked = session.scalar(select(Verification.id).where(Verification.ended_at.is_(None)).order_by(Verification.id))
        last = latest()
    now = clock.now()
    at_night = clock.local(now).hour in NIGHT and (last is None or last.ended_at is None or last.ended_at < now - EVERY)
    if asked is None and not at_night:
        return 0
    verify(actor, known_head(), asked)
    return 1
