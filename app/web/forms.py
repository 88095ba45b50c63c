"""The base of every form: only what a person may type, cleaned, with the version of the record they saw."""

from collections.abc import Callable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.core import typed
from app.core.errors import DomainError, Invalid
from app.core.texts import _l

MAX_TEXT = 20000


class BaseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form whose texts are stripped, without control and unseen characters, and of sane length."""

    version = HiddenField(validators=[Optional()])

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            filters = [*unbound_field.kwargs.get("filters", ()), _cleaner(unbound_field.field_class)]
            return unbound_field.bind(form=form, filters=filters, **options)

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse control characters and endless texts in every field, then the field's own rules."""
        good: bool = super().validate(extra_validators)
        for field in self:
            for value in field.raw_data or ():
                if isinstance(value, str) and ("\x00" in value or len(value) > MAX_TEXT):
                    field.errors = [*field.errors, _l("This text is too long or has characters that cannot be stored.")]
                    good = False
                    break
        return good

    @property
    def seen_version(self) -> int | None:
        """The version that the reader saw; None when the form carried none. A forged one never matches."""
        raw = self.version.data
        if raw in (None, ""):
            return None
        return int(raw) if str(raw).isascii() and str(raw).isdigit() and len(str(raw)) < 10 else -1


def _cleaner(kind: type) -> Callable[[Any], Any]:
    """How values of a kind of field are cleaned: a password as it is, but for blanks around it."""
    if issubclass(kind, PasswordField) or not issubclass(kind, StringField):
        return _strip
    return _strip_prose if issubclass(kind, TextAreaField) else _strip_line


def _strip(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _strip_prose(value: Any) -> Any:
    return typed.prose(value).strip() if isinstance(value, str) else value


def _strip_line(value: Any) -> Any:
    return typed.line(value).strip() if isinstance(value, str) else value


def apply(form: FlaskForm, error: DomainError) -> bool:
    """Put the errors of ``error`` on the fields they name; False when none of them is on this form."""
    if not isinstance(error, Invalid):
        return False
    placed = False
    for fault in error.errors:
        if fault.field in form:
            form[fault.field].errors = [*form[fault.field].errors, fault.message]
            placed = True
        else:
            form.form_errors.append(fault.message)
    return placed


class Ticks(SelectMultipleField):
    """Several of a few choices, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def not_after(other: str, message: Any) -> Any:
    """Validator: this date is not after the field named ``other``."""

    def check(form: FlaskForm, field: Any) -> None:
        if field.data and form[other].data and field.data > form[other].data:
            raise ValidationError(message)

    return check
