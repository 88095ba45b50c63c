"""What people type about meetings."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import request
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.core import clock
from app.core.texts import _, _l
from app.people.forms.audiences import AudienceForm
from app.people.rules.audiences import Rule
from app.web.forms import BaseForm
from app.work.models import Meeting
from app.work.rules import meetings as rules

WEEKDAYS = (_l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"))
_NUMBERED = re.compile(r"(attendance|reason|title|minutes)\.([0-9]{1,18})")


class MeetingForm(AudienceForm, BaseForm):
    """A meeting: what for, when and where, who leads it, who is invited, and whether it comes back every week."""

    kind = SelectField(_l("Kind of meeting"), validators=[InputRequired(_l("Choose what kind of meeting it is."))])
    title = StringField(_l("Name of the meeting"), validators=[Optional(), Length(max=rules.TITLE)])
    purpose = TextAreaField(
        _l("Purpose"),
        validators=[InputRequired(_l("Say what the meeting is to bring about.")), Length(max=rules.PURPOSE)],
    )
    day = DateField(_l("Day"), validators=[InputRequired()])
    at = TimeField(_l("Begins at"), validators=[InputRequired()])
    minutes = IntegerField(
        _l("Duration"), validators=[InputRequired(), NumberRange(rules.SHORTEST, rules.LONGEST)], default=30
    )
    place = StringField(_l("Place"), validators=[Optional(), Length(max=rules.PLACE)])
    chair = SelectField(_l("Chair"), coerce=str)
    taker = SelectField(_l("Minute taker"), coerce=str)
    agenda = TextAreaField(_l("Points, one a line"), validators=[Optional(), Length(max=rules.POINTS * rules.POINT)])
    weekdays = SelectMultipleField(_l("Comes back on"), coerce=str, validators=[Optional()])
    every = SelectField(_l("How often"), coerce=str)
    until_on = DateField(_l("Until"), validators=[Optional()])
    previous = HiddenField(validators=[Optional(), Length(max=18)])
    submission = HiddenField(validators=[Optional(), Length(max=64)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invited: Rule | None = None
        self.kind.choices = [("", _("Choose")), *((key, str(title)) for key, title in rules.KINDS.items())]
        self.weekdays.choices = [(str(n), str(day)) for n, day in enumerate(WEEKDAYS)]
        self.every.choices = [("1", _("every week")), ("2", _("every two weeks")), ("4", _("every four weeks"))]

    def offer_change(self, rule: Rule, *, audience: bool) -> None:
        """Of a meeting that is there: its days stay its series', and its people unless the reader calls meetings."""
        del self.weekdays, self.every, self.until_on
        if not audience:
            self.invited = rule
            del self.audience

    def offer_people(self, people: Mapping[int, str]) -> None:
        """Who may lead the meeting and keep its minutes."""
        choices = [(str(i), name) for i, name in people.items()]
        self.chair.choices = self.taker.choices = choices

    def fill(self, meeting: Meeting, points: list[str]) -> None:
        """Show what has been called."""
        for name in ("kind", "title", "purpose", "minutes", "place"):
            self[name].data = getattr(meeting, name)
        begins = clock.local(meeting.starts_at)
        self.day.data, self.at.data = begins.date(), begins.time()
        self.chair.data, self.taker.data = str(meeting.chair_id), str(meeting.taker_id)
        self.agenda.data = "\n".join(points)
        self.version.data = str(meeting.version)

    def values(self) -> dict[str, Any]:
        """What the operation takes, but for the series."""
        day, at = self.day.data, self.at.data
        if day is None or at is None:
            raise RuntimeError("values of a form that did not validate")
        return {
            "kind": self.kind.data or "",
            "title": self.title.data or "",
            "purpose": self.purpose.data or "",
            "place": self.place.data or "",
            "starts_at": datetime.combine(day, at, clock.ZONE),
            "minutes": self.minutes.data or 0,
            "chair_id": int(self.chair.data or 0),
            "taker_id": int(self.taker.data or 0),
            "rule": self.invited or self.rule,
            "agenda": rules.points_of(self.agenda.data or ""),
        }

    def series(self) -> dict[str, Any]:
        """When it comes back."""
        return {
            "weekdays": [int(day) for day in self.weekdays.data or ()],
            "every": int(self.every.data or 1),
            "until_on": self.until_on.data,
        }

    @property
    def previous_id(self) -> int | None:
        """The meeting that this one follows."""
        raw = self.previous.data or ""
        return int(raw) if raw.isascii() and raw.isdigit() and int(raw) > 0 else None


class DecisionForm(BaseForm):
    """What is to be done, by whom, until when."""

    text = StringField(_l("What is to be done"), validators=[InputRequired(), Length(max=rules.DECISION)])
    owner = SelectField(_l("By whom"), coerce=str)
    due_on = DateField(_l("Until when"), validators=[InputRequired()])
    submission = HiddenField(validators=[InputRequired(), Length(max=64)])

    def offer_people(self, people: Mapping[int, str]) -> None:
        """Everybody of the meeting."""
        self.owner.choices = [(str(i), name) for i, name in people.items()]


class CorrectionForm(BaseForm):
    """What is to be read otherwise in confirmed minutes."""

    text = TextAreaField(_l("Correction"), validators=[InputRequired(), Length(max=rules.MINUTES)])
    submission = HiddenField(validators=[InputRequired(), Length(max=64)])


class CancelForm(BaseForm):
    """Why a meeting is called off."""

    reason_key = SelectField(_l("Reason"), coerce=str, validate_choice=False)
    reason = StringField(_l("In a few words"), validators=[Optional(), Length(max=300)])


def marks() -> dict[int, tuple[str, str]]:
    """What was marked of each person: ``attendance.ID`` and ``reason.ID``."""
    found = {}
    for number in _numbers("attendance", "reason"):
        state, reason = _typed(f"attendance.{number}", 10), _typed(f"reason.{number}", rules.REASON)
        if state or reason:
            found[number] = (state, reason)
    return found


def points() -> list[tuple[str, str]]:
    """Points with their minutes as they were typed: ``title.N`` and ``minutes.N``."""
    numbers = _numbers("title", "minutes")[: rules.POINTS + 5]
    return [(_typed(f"title.{n}", 1000), _typed(f"minutes.{n}", 20_000)) for n in numbers]


def seen(value: Mapping[int, tuple[str, str]] | Sequence[tuple[str, str]]) -> str:
    """A mark of what the form offered, sent back with it: what comes back the same has not been touched."""
    pairs = [
        (n, pair) for n, pair in sorted(value.items() if isinstance(value, Mapping) else enumerate(value)) if any(pair)
    ]
    return hashlib.sha256(repr(pairs).replace("\\r\\n", "\\n").encode()).hexdigest()[:32]


def touched(part: str, value: Mapping[int, tuple[str, str]] | Sequence[tuple[str, str]]) -> bool:
    """Whether somebody has typed into this part of the record: ``marks`` or ``points``."""
    return bool(value) and request.form.get(f"seen.{part}", "") != seen(value)


def _numbers(*names: str) -> list[int]:
    found = (_NUMBERED.fullmatch(name) for name in request.form)
    return sorted({int(match[2]) for match in found if match and match[1] in names})


def _typed(name: str, longest: int) -> str:
    return request.form.get(name, "").replace("\x00", "").replace("\r\n", "\n").strip()[:longest]
