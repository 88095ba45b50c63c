"""The people of the desk as its page prints them: looked up and written out beforehand, nothing per cell."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import url_for
from markupsafe import Markup, escape

from app.core import clock
from app.core.texts import _
from app.people import queries as people
from app.web import filters
from app.web.render import component
from app.work.queries import DeskPerson

NONE = '<span class="q-none">–</span>'


class DeskRow(NamedTuple):
    """One line of the desk: whom it is about, and its cells after the box to tick."""

    id: int | None
    name: str
    overdue: int
    cells: Markup


def desk_rows(found: Iterable[DeskPerson], busiest: int, kept: dict[str, Any]) -> list[DeskRow]:
    """The lines of a page of the desk; ``kept``: what the addresses keep."""
    now, chip = clock.now(), component("person_chip")
    more = urlencode({key: value for key, value in kept.items() if value is not None})
    base, more = url_for("work.desk"), f"&amp;{escape(more)}" if more else ""
    load, late, since, still, blocked, me, last = (
        escape(word)
        for word in (
            _("Load"), _("Overdue"), _("Longest overdue"), _("Stalled"), _("Blocked"), _("Waiting for me"), _("Last step finished"),
        )
    )  # fmt: skip
    rows = []
    for p in found:
        if p.id is None:
            who = f'<a href="{base}?show=unclaimed{more}">{escape(_("Taken by nobody"))}</a>'
        else:
            href = Markup(f"{base}?show=person&amp;person={p.id}{more}#p{p.id}") if p.open else None  # noqa: S704 - escaped
            who = chip(p.name, p.id, href=href, note=_away(p))
        red = f'<strong class="q-tone-bad">{p.overdue}</strong>' if p.overdue else NONE
        cells = (
            f'<td class="q-main-cell">{who}</td><td data-label="{load}">{_bar(p, busiest)}</td>'
            f'<td class="q-num" data-label="{late}">{red}</td>'
            f'<td data-label="{since}">{_time(p.oldest, filters.spoken, now)}</td>'
            f'<td class="q-num" data-label="{still}">{p.stalled or NONE}</td>'
            f'<td class="q-num" data-label="{blocked}">{p.blocked or NONE}</td>'
            f'<td class="q-num" data-label="{me}">{p.for_me or NONE}</td>'
            f'<td data-label="{last}">{_time(p.last, filters.ago, now)}</td>'
        )
        rows.append(DeskRow(p.id, p.name, p.overdue, Markup(cells)))  # noqa: S704 - numbers, and what is escaped above
    return rows


def _bar(p: DeskPerson, busiest: int) -> str:
    """As ``components/load_bar.html`` writes it."""
    share = min(round(100 * p.open / busiest) if busiest else 0, 100)
    return (
        f'<span class="q-load{" q-tone-bad" if p.overdue else ""}">'
        '<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="q-load-base" width="100" height="6"/>'
        f'<rect class="q-load-part" width="{share}" height="6"/></svg><span>{p.open}</span></span>'
    )


def _time(at: datetime | None, say: Callable[[datetime | None, datetime | None], str], now: datetime) -> str:
    return NONE if at is None else f'<span title="{filters.exact(at)}">{escape(say(at, now))}</span>'


def _away(p: DeskPerson) -> str | None:
    return None if p.away is None else people.away_said(p.away)
