"""What runs are about, by the room that owns it: how subjects are named and where their pages are."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Select

from app.core.database import session
from app.workflow import registry
from app.workflow.registry import SubjectRef, SubjectView


def subject_of(run: Any) -> SubjectRef:
    """The subject of a run's row, as lane resolvers and guards are handed it."""
    return SubjectRef(
        run.subject_kind, run.subject_id, run.subject_label, run.unit_id, run.team_id, run.owner_id, run.id
    )


def titled(
    stmt: Select[int, str], address: Callable[[int], str]
) -> Callable[[Iterable[int]], Mapping[int, SubjectView]]:
    """How a room names its subjects where a row says it: ``stmt`` gives number and title. One statement."""
    number = next(iter(stmt.selected_columns))

    def describe(ids: Iterable[int]) -> Mapping[int, SubjectView]:
        rows = session.execute(stmt.where(number.in_(sorted(set(ids)))))
        return {found: SubjectView(title, address(found)) for found, title in rows}

    return describe


def described(rows: Iterable[Any]) -> dict[tuple[str, int], SubjectView]:
    """Name and page of the subjects of several runs: one question to each room that owns some of them."""
    wanted: dict[str, set[int]] = {}
    labels: dict[tuple[str, int], str] = {}
    for row in rows:
        wanted.setdefault(row.subject_kind, set()).add(row.subject_id)
        labels[row.subject_kind, row.subject_id] = row.subject_label
    found: dict[tuple[str, int], SubjectView] = {}
    for kind, ids in wanted.items():
        known = registry.subject(kind)
        views = known.describe(sorted(ids)) if known else {}
        for number in ids:
            found[kind, number] = views.get(number) or SubjectView(labels[kind, number], "")
    return found
