"""Planning figures and entering costs (D40)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.core import audit, clock
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, FieldError, Invalid
from app.core.texts import _l
from app.people import queries as people
from app.work.models.figures import Cost, FigurePlan
from app.work.permissions import FIGURES_PLAN, FIGURES_VIEW
from app.work.queries.branch import cost_of
from app.work.rules import branch as rules
from app.work.rules.figures import figure_of

PLANNED = audit.declare("work.figure_planned", _l("Figures planned"), keys=("period",))
SPENT = audit.declare("work.cost_entered", _l("Cost entered"), keys=("month",))
EXPORTED = audit.declare("work.figures_exported", _l("Figures exported"), keys=("period",))


def plan_figures(
    actor: Actor, unit_id: int, period: str, typed: Mapping[str, Any], seen: Mapping[str, Any]
) -> dict[str, Decimal | None]:
    """Write the plan of a unit for a period (``2026-11``, ``2026-Q4``, ``2026``); an empty figure takes the plan back.

    ``seen``: the figures as the form showed them; where another has been written since, ``Invalid`` names the metric.
    """
    actor.require(FIGURES_PLAN)
    people.unit_for(actor, unit_id, FIGURES_PLAN)
    if rules.read_key(period) is None:
        raise Invalid("period", "unknown", _l("Choose a period."))
    rows = {
        row.metric: row
        for row in session.scalars(select(FigurePlan).where(FigurePlan.unit_id == unit_id, FigurePlan.period == period))
    }
    faults, new = [], {}
    for metric in rules.METRICS:
        words = str(typed.get(metric) or "").strip()
        figure = figure_of(words) if words else None
        standing = rows[metric].target if metric in rows else None
        if words and (figure is None or figure < 0):
            faults.append(FieldError(metric, "figure", _l("Write a figure with at most two decimals.")))
        elif figure_of(seen.get(metric)) != standing and figure != standing:
            faults.append(
                FieldError(metric, "changed", _l("Somebody has changed this figure meanwhile. Look and save again."))
            )
        elif figure != standing:
            new[metric] = (standing, figure)
    if faults:
        raise Invalid.many(faults)
    for metric, (_old, figure) in new.items():
        row = rows.get(metric)
        if figure is None and row is not None:
            session.delete(row)
        elif row is not None and figure is not None:
            row.target, row.changed_by, row.changed_at = figure, actor.id or None, clock.now()
        elif figure is not None:
            _add(FigurePlan(unit_id=unit_id, metric=metric, period=period, target=figure, changed_by=actor.id or None))
    session.flush()
    if new:
        audit.record(actor, PLANNED, target=("unit", unit_id), changes=new, period=period)
    return {metric: figure for metric, (_old, figure) in new.items()}


def enter_cost(
    actor: Actor, unit_id: int, month: date, amount: Any, note: str = "", version: int | None = None
) -> Cost:
    """Write what a unit spent in a month. ``version`` is that of the row as it was seen, None for a new one."""
    actor.require(FIGURES_PLAN)
    people.unit_for(actor, unit_id, FIGURES_PLAN)
    figure, words = figure_of(amount), " ".join(note.split())
    if figure is None or figure < 0:
        raise Invalid("amount", "figure", _l("Write a figure with at most two decimals."))
    if len(words) > 300:
        raise Invalid("note", "length", _l("Say what it was, in at most 300 characters."))
    row = cost_of(unit_id, month)
    if (row.version if row else None) != version:
        raise Conflict()
    old = (row.amount, row.note) if row else (None, "")
    if row is None:
        row = Cost(unit_id=unit_id, month=month.replace(day=1), amount=figure, note=words, changed_by=actor.id or None)
        _add(row)
    elif old == (figure, words):
        return row
    else:
        row.amount, row.note, row.changed_by, row.changed_at = figure, words, actor.id or None, clock.now()
        row.version += 1
    session.flush()
    audit.record(
        actor, SPENT, target=("unit", unit_id), month=month,
        changes={"amount": (old[0], figure), "note": (old[1], words)},
    )  # fmt: skip
    return row


def _add(row: Any) -> None:
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:  # somebody wrote the same at the same instant
        raise Conflict() from error


def record_export(actor: Actor, unit_id: int, period: str) -> None:
    """Note that the figures were taken away as a file."""
    actor.require(FIGURES_VIEW)
    audit.record(actor, EXPORTED, target=("unit", unit_id), period=period)
