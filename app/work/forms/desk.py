"""What a supervisor types on the desk."""

from typing import Any

from wtforms import DateField, HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app.core import clock
from app.core.texts import _l
from app.web.forms import BaseForm

MOST = 200


class DeskForm(BaseForm):
    """Several ticked turns, what to do with them, and why."""

    turns = SelectMultipleField(_l("Steps"), validate_choice=False)
    act = HiddenField(validators=[InputRequired()])
    to = SelectField(_l("Give to"), validators=[Optional()], coerce=str)
    until = DateField(_l("New time"), validators=[Optional()])
    reason = StringField(_l("Reason"), validators=[InputRequired(_l("Say why.")), Length(max=500)])

    def validate_turns(self, field: SelectMultipleField) -> None:
        """At least one, at most :data:`MOST`, each ``id.version``."""
        if not field.data:
            raise ValidationError(_l("Tick at least one step."))
        if len(field.data) > MOST or any(_pair(raw) is None for raw in field.data):
            raise ValidationError(_l("These steps cannot be read. Open the page again."))

    def validate(self, extra_validators: Any = None) -> bool:
        """What the chosen act needs beside the steps and the reason: a person, or a day that lies ahead."""
        good = bool(super().validate(extra_validators))
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


def _pair(raw: str) -> tuple[int, int] | None:
    left, dot, right = str(raw).partition(".")
    if not dot or not (left.isascii() and left.isdigit() and right.isascii() and right.isdigit()):
        return None
    if len(left) > 15 or len(right) > 9:
        return None
    return int(left), int(right)
