"""How somebody wants to be told: a way for each group, quiet hours, the digest's time."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from wtforms import BooleanField, SelectField, TimeField
from wtforms.validators import InputRequired

from app.core.texts import _l
from app.people.forms.fields import options
from app.web.forms import BaseForm
from app.work.notifications import Group
from app.work.queries.mailing import Preferences
from app.work.rules.quiet import Hours

WAYS = (("none", _l("No mail")), ("now", _l("At once")), ("digest", _l("In the daily digest")))
ZONES = (
    ("Asia/Shanghai", _l("Beijing")),
    ("Asia/Urumqi", _l("Urumqi")),
    ("Asia/Tokyo", _l("Tokyo")),
    ("Asia/Singapore", _l("Singapore")),
    ("Asia/Dubai", _l("Dubai")),
    ("Europe/Berlin", _l("Frankfurt")),
    ("Europe/London", _l("London")),
    ("America/New_York", _l("New York")),
)
WAY = "way_"
"""Beginning of the names of the groups' fields."""


class HoursForm(BaseForm):
    """Quiet hours, in the person's zone; the groups' fields are added for each request."""

    quiet_from = TimeField(_l("Quiet from"), validators=[InputRequired(_l("Give a time of the day."))])
    quiet_until = TimeField(_l("Quiet until"), validators=[InputRequired(_l("Give a time of the day."))])
    digest_at = TimeField(_l("Digest at"), validators=[InputRequired(_l("Give a time of the day."))])
    working_days = BooleanField(_l("Mail on working days only"))
    zone = SelectField(_l("Clock of"))

    def choices(self) -> dict[str, str]:
        """What was chosen, by group."""
        return {name.removeprefix(WAY): field.data for name, field in self._fields.items() if name.startswith(WAY)}

    def hours(self) -> Hours:
        """The hours that were typed."""
        return Hours(
            _minutes(self.quiet_from.data),
            _minutes(self.quiet_until.data),
            _minutes(self.digest_at.data),
            self.working_days.data,
            self.zone.data,
        )


def preferences_form(groups: Sequence[Group], present: Preferences) -> HoursForm:
    """The form with a field for each group, filled with what holds at present."""
    fields = {f"{WAY}{group.key}": SelectField(group.title, choices=options(WAYS)) for group in groups}
    form: HoursForm = type("PreferencesForm", (HoursForm,), fields)(data=_filled(groups, present))
    known = dict(ZONES)
    zone = present.hours.zone
    form.zone.choices = options([*ZONES, *([(zone, zone)] if zone not in known else [])])
    return form


def _filled(groups: Sequence[Group], present: Preferences) -> Mapping[str, Any]:
    hours = present.hours
    return {
        "version": present.version,
        "quiet_from": _time(hours.quiet_from),
        "quiet_until": _time(hours.quiet_until),
        "digest_at": _time(hours.digest_at),
        "working_days": hours.working_days,
        "zone": hours.zone,
        **{f"{WAY}{group.key}": present.choices.get(group.key, group.mail) for group in groups},
    }


def _time(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def _minutes(given: time | None) -> int:
    return given.hour * 60 + given.minute if given else 0
