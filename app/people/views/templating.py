"""What the templates of people need beside the shared filters."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Flask, request, url_for
from flask_babel import format_date

from app.core.texts import _, endonym, text
from app.people import administration
from app.people.rules import imports
from app.web.current import actor

_SYSTEMS = (("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Mac OS", "macOS"),
            ("HarmonyOS", "HarmonyOS"), ("Linux", "Linux"))  # fmt: skip
_BROWSERS = (("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
             ("Safari", "Safari"), ("curl", "curl"))  # fmt: skip


def admin_tabs() -> list[dict[str, Any]]:
    """The places of the administration as tabs, for this reader."""
    here = request.path
    found = [{"title": _("Overview"), "href": url_for("people.admin"), "active": here == url_for("people.admin")}]
    for place in administration.places(actor()):
        href = url_for(place.endpoint)
        found.append({"title": place.title, "href": href, "active": here == href or here.startswith(f"{href}/")})
    return found


def crumbs_of(path: Sequence[int], names: dict[int, str]) -> list[tuple[str, str]]:
    """Units from the top down as breadcrumbs."""
    return [(names[unit_id], url_for("people.unit", unit_id=unit_id)) for unit_id in path if unit_id in names]


def column_titles(kind: str, keys: Sequence[str]) -> list[dict[str, str]]:
    """Columns of an import as table headings."""
    return [{"title": text(imports.columns(kind)[key])} for key in keys]


def day_before(day: date) -> date:
    """The last day of a period whose end is not included."""
    return day - timedelta(days=1)


def month(day: date) -> str:
    """A month by its name."""
    return str(format_date(day, "LLLL"))


def weekday_short(day: date) -> str:
    """A weekday as one letter or character."""
    return str(format_date(day, "ccccc"))


def weekday_long(day: date) -> str:
    """A weekday in full."""
    return str(format_date(day, "cccc"))


def device(agent: str) -> str:
    """Browser and system that a user agent names."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in agent), None)
    if browser or system:
        return " · ".join(part for part in (browser, system) if part)
    plain = re.sub(r"[^\w ./-]", "", agent)[:40]
    return plain or _("Unknown device")


def register(app: Flask) -> None:
    """Give the templates these helpers."""
    app.jinja_env.filters.update(
        day_before=day_before, month=month, weekday_short=weekday_short, weekday_long=weekday_long, device=device
    )
    app.jinja_env.globals.update(
        admin_tabs=admin_tabs, crumbs_of=crumbs_of, column_titles=column_titles, endonym=endonym
    )
