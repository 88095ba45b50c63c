"""What people type about contests."""

from dataclasses import replace
from typing import Any

from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.core import measures
from app.core.texts import _l
from app.people.forms.audiences import AudienceForm
from app.web.forms import BaseForm


class ContestForm(AudienceForm, BaseForm):
    """A contest: title, rules, what is counted, when, whose, and who competes."""

    title = StringField(_l("Contest"), validators=[InputRequired(), Length(max=120)])
    rules = TextAreaField(_l("Rules and prizes"), validators=[InputRequired(), Length(max=4000)])
    measure = SelectField(_l("Counted by"))
    unit_id = SelectField(_l("Organised by"), coerce=str)
    starts_on = DateField(_l("First day"), validators=[InputRequired()])
    ends_on = DateField(_l("Last day"), validators=[InputRequired()])
    without_me = BooleanField(_l("I do not compete myself"))
    shown = StringField(validators=[Optional(), Length(max=64)])
    submission = StringField(validators=[Optional(), Length(max=64)])

    def offer(self, units: list[tuple[int, str]]) -> None:
        """The measures, and the units whose contest it may be."""
        self.measure.choices = [(m.name, str(m.title)) for m in measures.measures()]
        self.unit_id.choices = [(str(i), name) for i, name in units]

    def take_out(self, person_id: int) -> None:
        """Leave the organiser out, when they said so."""
        if self.without_me.data and person_id not in self.rule.without:
            self.audience.data = replace(self.rule, without=(*self.rule.without, person_id))

    def typed(self) -> list[tuple[str, Any]]:
        """What was typed, for a page that only asks to confirm it; who is left out is asked there."""
        known = [
            (field.name, value)
            for field in (self.title, self.rules, self.measure, self.unit_id, self.starts_on, self.ends_on, self.submission)
            for value in field.raw_data or ()
        ]  # fmt: skip
        return [*known, *self.audience.hidden()]


class CorrectionForm(BaseForm):
    """A line of the result, set right, and why."""

    place = StringField(_l("Rank"), validators=[InputRequired(), Length(max=8)])
    figure = StringField(_l("Figure"), validators=[InputRequired(), Length(max=30)])
    prize = StringField(_l("Prize"), validators=[Optional(), Length(max=120)])
    citation = TextAreaField(_l("Citation"), validators=[Optional(), Length(max=500)])
    reason = StringField(_l("Reason"), validators=[InputRequired(), Length(max=500)])
