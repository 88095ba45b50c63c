"""What people type about goals."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.core import measures
from app.core.texts import _, _l
from app.web.forms import BaseForm

PERIODS = {
    "month": _l("Month"),
    "quarter": _l("Quarter"),
    "half": _l("Half-year"),
    "year": _l("Calendar year"),
    "free": _l("From one day to another"),
}


class GoalForm(BaseForm):
    """A goal: what, how much, by when, who; with which authority and benefit (D11)."""

    title = StringField(_l("Goal"), validators=[InputRequired(), Length(max=120)])
    counts = TextAreaField(_l("What counts"), validators=[Optional(), Length(max=500)])
    owner = SelectField(
        _l("Whose goal"), validators=[InputRequired(_l("Choose a unit, a team or a person that you answer for."))]
    )
    measure = SelectField(_l("Counted by"), validators=[Optional()])
    counted_in = StringField(_l("Counted in"), validators=[Optional(), Length(max=40)])
    target = StringField(_l("Target"), validators=[InputRequired(), Length(max=30)])
    period = SelectField(_l("Period"))
    starts_on = DateField(_l("First day"), validators=[Optional()])
    ends_on = DateField(_l("Last day"), validators=[Optional()])
    parent = SelectField(_l("Part of"), validators=[Optional()])
    authority = TextAreaField(_l("Authority and means"), validators=[Optional(), Length(max=1000)])
    benefit = TextAreaField(_l("Reward or penalty"), validators=[Optional(), Length(max=1000)])
    submission = StringField(validators=[Optional(), Length(max=64)])

    def offer(self, owners: dict[Any, list[tuple[str, str]]], parents: list[tuple[str, str]]) -> None:
        """Whose goal it may be, grouped, and of which goals it may be a part."""
        self.owner.choices = {str(group): pairs for group, pairs in owners.items() if pairs}
        self.measure.choices = [
            ("", _("By hand, with evidence")),
            *((m.name, str(m.title)) for m in measures.measures()),
        ]
        self.period.choices = [(key, str(title)) for key, title in PERIODS.items()]
        self.parent.choices = [("", _("No wider goal")), *parents]

    def chosen_owner(self) -> tuple[str, int]:
        """Level and id of the owner: ``team-3``."""
        level, _dash, number = (self.owner.data or "").partition("-")
        return level, int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0


class GoalChangeForm(BaseForm):
    """What a goal says, with the reason of another figure."""

    title = StringField(_l("Goal"), validators=[InputRequired(), Length(max=120)])
    counts = TextAreaField(_l("What counts"), validators=[Optional(), Length(max=500)])
    target = StringField(_l("Target"), validators=[InputRequired(), Length(max=30)])
    reason = StringField(_l("Why another figure"), validators=[Optional(), Length(max=500)])
    authority = TextAreaField(_l("Authority and means"), validators=[Optional(), Length(max=1000)])
    benefit = TextAreaField(_l("Reward or penalty"), validators=[Optional(), Length(max=1000)])


class EntryForm(BaseForm):
    """Something reached: when, how much, what, and its evidence."""

    day = DateField(_l("Day"), validators=[InputRequired()])
    amount = StringField(_l("How much"), validators=[InputRequired(), Length(max=30)])
    note = StringField(_l("What it was"), validators=[InputRequired(), Length(max=500)])
    file = FileField(_l("Evidence"))
    submission = StringField(validators=[Optional(), Length(max=64)])
