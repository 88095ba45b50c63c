"""What a supervisor types on the desk."""

from typing import Any

from wtforms import BooleanField, DateField, HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app.core import clock
from app.core.texts import _, _l
from app.web.forms import BaseForm

MOST = 200
ACTS = ("nudge", "reassign", "extend")


class NudgeForm(BaseForm):
    """Everybody overdue, or some people, and what they are told."""

    people = SelectMultipleField(_l("People"), validate_choice=False)
    everybody = BooleanField(_l("Everybody overdue"))
    reason = StringField(_l("What they are told"), id="nudge-reason", validators=[Length(max=200)])

    def validate_people(self, field: SelectMultipleField) -> None:
        """At least one, unless everybody is meant."""
        if not self.everybody.data and not self.ids():
            raise ValidationError(_l("Tick at least one person."))

    def validate_everybody(self, field: BooleanField) -> None:
        """Ticked as the page offers it, or left out: nobody is to be nudged by a value that means nothing."""
        if any(raw not in ("", "1") for raw in field.raw_data or ()):
            raise ValidationError(_l("This choice cannot be read. Open the page again."))

    def ids(self) -> list[int]:
        """The ticked people."""
        return [int(raw) for raw in (self.people.data or ())[:MOST] if _number(str(raw), 15)]

    @property
    def said(self) -> str:
        """The reason, or the sentence that stands there when nothing else was written."""
        return self.reason.data or usual()


class DeskForm(BaseForm):
    """Several ticked turns, what to do with them, and why."""

    turns = SelectMultipleField(_l("Steps"), validate_choice=False)
    act = HiddenField(validators=[InputRequired()])
    to = SelectField(_l("Give to"), validators=[Optional()], coerce=str)
    until = DateField(_l("New time"), validators=[Optional()])
    reason = StringField(_l("Reason"), validators=[Length(max=500)])

    def validate_turns(self, field: SelectMultipleField) -> None:
        """At least one, at most :data:`MOST`, each ``id.version``."""
        if not field.data:
            raise ValidationError(_l("Tick at least one step."))
        if len(field.data) > MOST or any(_pair(raw) is None for raw in field.data):
            raise ValidationError(_l("These steps cannot be read. Open the page again."))

    def validate(self, extra_validators: Any = None) -> bool:
        """What the chosen act needs beside the steps: a reason and a person, or a day that lies ahead."""
        good = bool(super().validate(extra_validators))
        if self.act.data == "nudge":
            return good
        if not self.reason.data:
            self.reason.errors = [_l("Say why.")]
            good = False
        if self.act.data == "extend":
            if self.until.data is None or self.until.data < clock.today():
                self.until.errors = [_l("Choose a day from today on.")]
                return False
        elif not self.to.data:
            self.to.errors = [_l("Choose a person.")]
            return False
        return good

    def pairs(self) -> list[tuple[int, int]]:
        """The ticked turns as ``(id, version seen)``."""
        return [pair for raw in self.turns.data or () if (pair := _pair(raw)) is not None]


def usual() -> str:
    """What people are told when the supervisor writes nothing else."""
    return _("This is overdue. Please do it, or say what keeps you.")


def _pair(raw: str) -> tuple[int, int] | None:
    left, dot, right = str(raw).partition(".")
    return (int(left), int(right)) if dot and _number(left, 15) and _number(right, 9) else None


def _number(raw: str, longest: int) -> bool:
    return raw.isascii() and raw.isdigit() and len(raw) <= longest
