"""Steps that one person has finished, for diaries and logs."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from app.core.database import Id, fetch
from app.core.types import UtcDateTime
from app.workflow.models import Run, Turn
from app.workflow.queries.definitions import parsed_all
from app.workflow.registry import subject

MOST = 300
"""Nobody finishes more steps in a week; it keeps a page short whatever happens."""


class Finished(NamedTuple):
    """One step that was done: when, of what, by which way out. Titles are bilingual texts."""

    at: datetime
    subject: str
    title: Mapping[str, str]
    outcome: Mapping[str, str]
    url: str | None


_FINISHED = (
    select(
        Turn.closed_at, Run.subject_label, Run.digest, Turn.step, Turn.outcome, Run.subject_kind, Run.subject_id,
        Turn.run_id,
    )
    .join(Run, Run.id == Turn.run_id)
    .where(
        Turn.acted_by_id == bindparam("person", type_=Id),
        Turn.closed_at >= bindparam("start", type_=UtcDateTime()),
        Turn.closed_at < bindparam("end", type_=UtcDateTime()),
        Turn.state == "done",
        Turn.sealed.is_(False),
        Turn.anonymous.is_(False),
    )
    .order_by(Turn.closed_at, Turn.id)
    .limit(MOST)
)  # fmt: skip
# built once: a reviewer of logs asks for one person's day after the other's


def finished_by(person_id: int, start: datetime, end: datetime) -> list[Finished]:
    """Steps that the person did themselves, also on behalf of somebody, from ``start`` until before ``end``.

    Sealed and anonymous ones are left out: that somebody wrote them is told nowhere. At most two statements.
    """
    rows = fetch(_FINISHED, {"person": person_id, "start": start, "end": end}).all()
    definitions = parsed_all({row.digest for row in rows})
    found = []
    for row in rows:
        step = definitions[row.digest].step(row.step)
        outcome = next((o.title for o in step.outcomes if o.key == row.outcome), {})
        kind = subject(row.subject_kind)
        url = kind.url(row.subject_id) if kind and kind.url else f"/runs/{row.run_id}"
        found.append(Finished(row.closed_at, row.subject_label, step.title, outcome, url))
    return found
