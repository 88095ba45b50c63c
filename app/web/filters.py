"""How dates, times, amounts and names are written for a reader, Chinese first."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import Flask

from app.core import calendar, clock
from app.core.texts import _, language, ngettext, text
from app.web.markdown import markdown

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(value: date | datetime | None) -> str:
    """A day in full: by the reader's custom."""
    if value is None:
        return ""
    local = clock.local(value).date() if isinstance(value, datetime) else value
    if language() == "en":
        return f"{local.day} {MONTHS[local.month - 1]} {local.year}"
    return _("%(year)s-%(month)s-%(day)s", year=local.year, month=local.month, day=local.day)


def month_of(value: date) -> str:
    """A month in full."""
    if language() == "en":
        return f"{MONTHS[value.month - 1]} {value.year}"
    return _("%(year)s-%(month)s", year=value.year, month=value.month)


def clock_time(value: datetime | None) -> str:
    """The time of a day: 14:30."""
    return "" if value is None else f"{clock.local(value):%H:%M}"


def short_day(value: date | datetime | None) -> str:
    """A day where room is short: month and day, with the year when it is another one."""
    if value is None:
        return ""
    local = clock.local(value).date() if isinstance(value, datetime) else value
    return f"{local:%m-%d}" if local.year == clock.today().year else f"{local:%Y-%m-%d}"


def moment(value: datetime | None) -> str:
    """A time where room is short: 11-21 10:30, with the year when it is another one."""
    if value is None:
        return ""
    local = clock.local(value)
    return f"{local:%m-%d %H:%M}" if local.year == clock.today().year else f"{local:%Y-%m-%d %H:%M}"


def exact(value: datetime | None) -> str:
    """A time in full, to the second, for hover and exports."""
    return "" if value is None else f"{clock.local(value):%Y-%m-%d %H:%M:%S}"


def due_moment(value: datetime | None) -> str:
    """A deadline in full; one at midnight reads as the end of the day before."""
    if value is None:
        return ""
    local = clock.local(value)
    if local.hour == local.minute == 0:
        local -= timedelta(minutes=1)
    return f"{local:%Y-%m-%d %H:%M}"


def due_day(value: datetime | None) -> str:
    """A deadline where room is short: its day, with the hour unless it is the end of the day."""
    if value is None:
        return ""
    local = clock.local(value)
    return short_day((local - timedelta(minutes=1)).date()) if local.hour == local.minute == 0 else moment(value)


def money(value: Decimal | int | None) -> str:
    """An amount in full: 500,000.00."""
    return "" if value is None else f"{Decimal(value):,.2f}"


def wan(value: Decimal | int | None) -> str:
    """An amount for lists: in ten thousands or hundred millions for Chinese readers, in K, M, bn for others."""
    if value is None:
        return ""
    amount = Decimal(value)
    if language() == "en":
        for size, sign in ((10**9, "bn"), (10**6, "M"), (10**3, "K")):
            if abs(amount) >= size:
                return f"{amount / size:,.1f}{sign}"
        return f"{amount:,.0f}"
    if abs(amount) >= 10**8:
        return _("%(n)s hundred million", n=f"{amount / 10**8:,.2f}")
    if abs(amount) >= 10**4:
        return _("%(n)s ten thousand", n=f"{amount / 10**4:,.1f}")
    return f"{amount:,.0f}"


def spoken(value: datetime | None, now: datetime | None = None) -> str:
    """A deadline as people say it: what is left in working days or hours, or how long it is overdue."""
    if value is None:
        return ""
    now = now or clock.now()
    if value < now:
        days = (clock.local(now).date() - clock.local(value - timedelta(seconds=1)).date()).days
        if days >= 1:
            return ngettext("%(num)s day overdue", "%(num)s days overdue", days)
        hours = max(1, int((now - value).total_seconds() // 3600))
        return ngettext("%(num)s hour overdue", "%(num)s hours overdue", hours)
    last = clock.local(value - timedelta(seconds=1)).date()
    if last == clock.local(now).date():
        hours = int((value - now).total_seconds() // 3600)
        if clock.local(value).hour == clock.local(value).minute == 0:
            return _("Due today")
        return ngettext("%(num)s hour left", "%(num)s hours left", hours) if hours else _("Less than an hour left")
    left = (
        round(calendar.working_days_between(calendar.start_of_day(clock.local(now).date()), calendar.end_of_day(last)))
        - 1
    )
    if left < 1:
        return _("Due on %(day)s", day=short_day(last))
    return ngettext("%(num)s working day left", "%(num)s working days left", left)


def ago(value: datetime | None, now: datetime | None = None) -> str:
    """A past time as people say it."""
    if value is None:
        return ""
    now = now or clock.now()
    seconds = (now - value).total_seconds()
    if seconds < 3600:
        minutes = int(seconds // 60)
        return ngettext("%(num)s minute ago", "%(num)s minutes ago", minutes) if minutes > 0 else _("just now")
    days = (clock.local(now).date() - clock.local(value).date()).days
    if days == 0:
        return ngettext("%(num)s hour ago", "%(num)s hours ago", int(seconds // 3600))
    if days < 30:
        return ngettext("%(num)s day ago", "%(num)s days ago", days)
    return short_day(value)


def days(value: float | None) -> str:
    """A length in working days: one decimal below ten."""
    if value is None:
        return ""
    amount = f"{value:.1f}" if value < 10 else f"{value:.0f}"
    return _("%(n)s d", n=amount.removesuffix(".0"))


def initials(name: str | None) -> str:
    """What an avatar shows: the last two characters of a Chinese name, the first letters of others."""
    name = (name or "").strip()
    if not name:
        return "?"
    if ord(name[0]) > 0x2E80:
        return name[-2:] if len(name) > 2 else name
    return "".join(part[0] for part in name.split()[:2]).upper()


def size(value: int | None) -> str:
    """A file's size."""
    amount = float(value or 0)
    for sign in ("B", "KB", "MB"):
        if amount < 1024:
            return f"{amount:.0f} {sign}"
        amount /= 1024
    return f"{amount:.1f} GB"


def is_overdue(value: datetime | None) -> bool:
    """Whether a deadline has passed."""
    return value is not None and value < clock.now()


def due_tone(value: datetime | None, now: datetime | None = None) -> str:
    """The tone of a deadline: ``bad`` when it has passed, ``warn`` within a day, else ``calm``."""
    if value is None:
        return "calm"
    left = value - (now or clock.now())
    return "bad" if left < timedelta(0) else "warn" if left < timedelta(days=1) else "calm"


def bilingual(value: Any) -> str:
    """The reader's side of a two-language text; a text that is one already stays as it is."""
    return value if isinstance(value, str) else text(value)


def register(app: Flask) -> None:
    """Give the templates these filters."""
    for function in (
        due_tone, day, month_of, clock_time, short_day, moment, exact, due_moment, due_day, money, wan, spoken, ago, days, initials, size, is_overdue, bilingual,
        markdown,
    ):  # fmt: skip
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.globals.update(now=clock.now, today=clock.today)
