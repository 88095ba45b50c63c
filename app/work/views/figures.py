"""The branch manager's figures: plan, actual, what they are made of, sub-units beside one another, and the names behind."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import calendar, clock, measures
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, Invalid, NotFound
from app.core.texts import _
from app.people import queries as people
from app.web.access import access
from app.web.current import actor
from app.web.exports import xlsx
from app.web.render import page
from app.work.operations import branch as operations
from app.work.permissions import FIGURES_PLAN, FIGURES_VIEW
from app.work.queries import branch as queries
from app.work.queries.branch import Book, Span
from app.work.rules import branch as rules
from app.work.rules.figures import figure_of, plain
from app.work.views import bp
from app.work.views import branch_words as words
from app.work.views.goal_words import figure
from app.work.views.ways import ways

COMPARED = ("headcount", "activity", "amount_won", "productivity", "retention", "attrition", "cost_ratio")
BARS = ("activity", "retention")


@bp.get("/work/figures")
@access(FIGURES_VIEW)
def figures() -> str:
    """The figures of a unit in a period, with those of the units below."""
    me = actor()
    units = people.unit_choices(me, FIGURES_VIEW)
    if not units:
        return page("work/figures/none.html")
    book = _book(me, units)
    whole = book.below[book.unit_id]
    now = queries.figures_of(queries.records_of(book, whole, book.now), book.now)
    before = queries.figures_of(queries.records_of(book, whole, book.before), book.before)
    rows = []
    for metric in rules.METRICS:
        target, months = queries.target_of(book, book.unit_id, metric)
        rows.append(
            {
                "key": metric,
                "title": str(words.TITLES[metric]),
                "value": words.value(metric, now[metric]),
                "full": words.value(metric, now[metric], brief=False),
                "made_of": words.made_of(metric, now[metric]) if now[metric].value is not None else "",
                "definition": words.definition(metric, book),
                "target": words.bare(metric, target) if target is not None else "",
                "months": months,
                "met": words.attainment(metric, now[metric], target),
                "before": words.value(metric, before[metric]),
                "url": url_for("work.figure_records", metric=metric, unit=book.unit_id, period=book.now.key),
            }
        )
    return page(
        "work/figures/figures.html",
        book=book,
        units=units,
        rows=rows,
        compared=_compared(book),
        columns=[(metric, str(words.TITLES[metric])) for metric in COMPARED],
        periods=_periods(book.now),
        period=words.span_words(book.now),
        before=words.span_words(book.before),
        may_plan=me.may(FIGURES_PLAN),
    )


def _book(me: Actor, units: list[tuple[int, str]]) -> Book:
    """The book that the address asks for: the first unit and the present month when it asks for none."""
    kind, first = rules.read_key(request.values.get("period", "")) or ("month", clock.today().replace(day=1))
    unit = request.values.get("unit", type=int)
    if unit is not None and not 0 < unit < 2**63:
        raise NotFound()
    return queries.book(me, unit or units[0][0], kind, first)


def _periods(chosen: Span) -> list[tuple[str, str]]:
    found = {
        span.key: words.span_words(span)
        for kind, n in (("month", 14), ("quarter", 6), ("year", 4))
        for span in queries.recent(kind, n)
    }
    found.setdefault(chosen.key, words.span_words(chosen))
    return list(found.items())


def _compared(book: Book) -> list[dict[str, Any]]:
    """The units below beside one another, and whoever is posted to the unit itself."""
    groups: list[tuple[int, str, Collection[int]]] = [
        (unit, book.names.get(unit, ""), book.below[unit]) for unit in book.children
    ]
    if groups:
        groups.append((0, _("%(unit)s itself", unit=book.names.get(book.unit_id, "")), {book.unit_id}))
    found = []
    for unit, name, unit_ids in groups:
        values = queries.figures_of(queries.records_of(book, unit_ids, book.now), book.now)
        if unit == 0 and not values["headcount"].top and not values["amount_won"].top:
            continue
        found.append(
            {
                "name": name,
                "url": url_for("work.figures", unit=unit, period=book.now.key) if unit else None,
                "cells": [
                    {
                        "title": str(words.TITLES[metric]),
                        "bar": metric in BARS,
                        "value": words.value(metric, values[metric]) if values[metric].value is not None else "–",
                        "share": int(values[metric].value or 0)
                        if metric in BARS and values[metric].value is not None
                        else None,
                    }
                    for metric in COMPARED
                ],
            }
        )
    return found


@bp.get("/work/figures/<metric>")
@access(FIGURES_VIEW)
def figure_records(metric: str) -> str:
    """The names and records behind a figure, numerator and denominator apart."""
    if metric not in rules.METRICS:
        raise NotFound()
    me = actor()
    book = _book(me, people.unit_choices(me, FIGURES_VIEW) or [(0, "")])
    found = queries.records_of(book, book.below[book.unit_id], book.now)
    ratio = queries.figures_of(found, book.now)[metric]
    lists = _lists(me, metric, book, found)
    names = people.names({row["person"] for part in lists for row in part["rows"] if row.get("person")})
    return page(
        "work/figures/records.html",
        book=book,
        unit=book.names.get(book.unit_id, ""),
        title=str(words.TITLES[metric]),
        value=words.value(metric, ratio, brief=False),
        made_of=words.made_of(metric, ratio) if ratio.value is not None else "",
        definition=words.definition(metric, book),
        period=words.span_words(book.now),
        lists=lists,
        names=names,
    )


def _lists(me: Actor, metric: str, book: Book, found: queries.Records) -> list[dict[str, Any]]:
    visits, won = _visits(me, book, found), _won(me, book, found)
    days = {
        "title": _("Days of customer managers"),
        "column": _("Number of days"),
        "rows": [
            {"person": p, "figure": figure(Decimal(n))}
            for p, n in sorted(found.days.items(), key=lambda i: (-i[1], i[0]))
        ],
    }
    fates = {
        "title": _("Customer managers on the first day"),
        "column": _("What became of them"),
        "rows": [
            {"person": p, "badge": str(words.FATES[fate]), "tone": words.TONES[fate]}
            for p, fate in sorted(found.fates.items(), key=lambda i: (i[1], i[0]))
        ],
    }
    costs = {
        "title": _("Costs"),
        "column": _("Yuan"),
        "rows": [
            {
                "name": f"{_unit_name(book, c.unit_id)} · {c.month.year}-{c.month.month:02d}",
                "note": c.note,
                "figure": figure(c.amount),
            }
            for c in found.costs
        ],
    }
    return {
        "amount_won": [won], "activity": [visits], "productivity": [won, days], "headcount": [days], "retention": [fates],
        "attrition": [fates], "cost": [costs], "cost_ratio": [costs, won],
    }[metric]  # fmt: skip


def _unit_name(book: Book, unit_id: int) -> str:
    """Name of a unit of the book; of deeper ones the unit below which they stand."""
    own = book.names.get(unit_id)
    return own or next((book.names.get(u, "") for u in book.children if unit_id in book.below[u]), "")


def _visits(me: Actor, book: Book, found: queries.Records) -> dict[str, Any]:
    urls = _records(me, queries.VISITS, found.on_duty, book.now)
    return {
        "title": _("Customer managers on duty"),
        "column": _("Visits"),
        "rows": [
            {
                "person": person,
                "figure": figure(found.visits[person]),
                "url": urls.get(person),
                "badge": _("active") if person in found.active else _("not active"),
                "tone": "good" if person in found.active else "mute",
            }
            for person in sorted(found.on_duty, key=lambda p: (-found.visits[p], p))
        ],
    }


def _won(me: Actor, book: Book, found: queries.Records) -> dict[str, Any]:
    urls = _records(me, queries.AMOUNT, found.amounts, book.now)
    return {
        "title": _("Who won how much"),
        "column": _("Yuan"),
        "rows": [
            {"person": person, "figure": figure(amount), "url": urls.get(person)}
            for person, amount in sorted(found.amounts.items(), key=lambda i: (-i[1], i[0]))
        ],
    }


def _records(me: Actor, measure: str, person_ids: Collection[int], span: Span) -> dict[int, str]:
    start, end = calendar.start_of_day(span.first), calendar.end_of_day(span.until)
    return ways(me, measures.get(measure), person_ids, start, end)


@bp.get("/work/figures/plan")
@access(FIGURES_PLAN)
def figure_plan() -> str:
    """The plan of a unit for a period, with the last period's actual as a help, and the month's cost."""
    book = _plan_book(actor())
    own = {m: t for (u, m, p), t in book.plans.items() if u == book.unit_id and p == book.now.key}
    cost = queries.cost_of(book.unit_id, book.now.first)
    typed = {m: plain(own.get(m)) for m in rules.METRICS}
    given = {"amount": plain(cost.amount) if cost else "", "note": cost.note if cost else ""}
    return _plan_page(book, typed, given, {}, seen=typed, version=cost.version if cost else "")


def _plan_book(me: Actor) -> Book:
    units = people.unit_choices(me, FIGURES_PLAN)
    if not units:
        raise NotFound()
    return _book(me, units)


@bp.post("/work/figures/plan")
@access(FIGURES_PLAN)
def plan_figures() -> Response | tuple[str, int]:
    """Write plan and cost."""
    me = actor()
    book = _plan_book(me)
    typed = {m: request.form.get(m, "").strip()[:40] for m in rules.METRICS}
    seen = {m: request.form.get(f"seen.{m}", "")[:40] for m in rules.METRICS}
    given = {"amount": request.form.get("amount", "").strip()[:40], "note": request.form.get("note", "").strip()}
    version = request.form.get("version", "")
    errors: dict[str, list[Any]] = {}
    try:
        with session.begin_nested():
            operations.plan_figures(me, book.unit_id, book.now.key, typed, seen)
            if book.now.kind == "month" and (given["amount"] or version):
                shown = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else None
                operations.enter_cost(me, book.unit_id, book.now.first, given["amount"], given["note"], shown)
    except Invalid as error:
        for fault in error.errors:
            errors.setdefault(fault.field, []).append(fault.message)
    except Conflict as error:
        errors["amount"] = [error.message]
    if errors:
        return _plan_page(book, typed, given, errors, seen=seen, version=version), 422
    flash(_("Saved."), "good")
    return redirect(url_for("work.figures", unit=book.unit_id, period=book.now.key), code=303)


def _plan_page(
    book: Book,
    typed: dict[str, str],
    given: dict[str, str],
    errors: dict[str, list[Any]],
    *,
    seen: dict[str, str],
    version: Any,
) -> str:
    before = queries.figures_of(queries.records_of(book, book.below[book.unit_id], book.before), book.before)
    return page(
        "work/figures/plan.html",
        book=book,
        unit=book.names.get(book.unit_id, ""),
        units=people.unit_choices(actor(), FIGURES_PLAN),
        period=words.span_words(book.now),
        before=words.span_words(book.before),
        periods=_periods(book.now),
        rows=[
            {
                "key": metric,
                "title": str(words.TITLES[metric]),
                "sign": "%" if metric in rules.PERCENT else _("people") if metric == "headcount" else _("yuan"),
                "before": words.value(metric, before[metric]),
                "value": typed[metric],
                "seen": seen[metric] if figure_of(seen[metric]) is not None else "",
            }
            for metric in rules.METRICS
        ],
        given=given,
        errors=errors,
        version=version,
    )


@bp.post("/work/figures/export")
@access(FIGURES_VIEW)
def export_figures() -> Response:
    """The figures and those of the units below as a spreadsheet; the taking away is noted."""
    me = actor()
    book = _book(me, people.unit_choices(me, FIGURES_VIEW) or [(0, "")])
    operations.record_export(me, book.unit_id, book.now.key)
    groups = [(book.unit_id, book.below[book.unit_id]), *((unit, book.below[unit]) for unit in book.children)]
    cells = []
    for unit, unit_ids in groups:
        now = queries.figures_of(queries.records_of(book, unit_ids, book.now), book.now)
        before = queries.figures_of(queries.records_of(book, unit_ids, book.before), book.before)
        for metric in rules.METRICS:
            target, _months = queries.target_of(book, unit, metric)
            cells.append(
                (
                    book.names.get(unit, ""), words.span_words(book.now), str(words.TITLES[metric]), now[metric].value,
                    "%" if metric in rules.PERCENT else "", now[metric].top, now[metric].bottom, target,
                    before[metric].value, words.definition(metric, book),
                )
            )  # fmt: skip
    columns = [
        _("Unit"), _("Period"), _("Figure"), _("Actual"), _("Sign"), _("Numerator"), _("Denominator"), _("Target"),
        _("Period before"), _("Definition"),
    ]  # fmt: skip
    return xlsx(_("Figures %(period)s", period=book.now.key), columns, cells)
