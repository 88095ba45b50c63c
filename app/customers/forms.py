"""What a person may type about customers. The rules are in ``rules`` and ``operations``; forms only carry and shape."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    FileField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.core.texts import _l, text
from app.customers.queries.filters import MAX_ID
from app.customers.rules import lists, values
from app.web.forms import BaseForm

Choices = Sequence[tuple[Any, Any]]


def number_or_none(raw: Any) -> int | None:
    """An id from a select box; None for the empty choice, -1 for what cannot be one."""
    if raw in (None, "", "None"):
        return None
    raw = str(raw)
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 20 and int(raw) <= MAX_ID else -1


def titles(name: str) -> list[tuple[str, str]]:
    """A list of this room as choices in the reader's language."""
    return [(entry.key, text(entry.title)) for entry in lists.entries(name) if not entry.more.get("from_other_side")]


class CustomerForm(BaseForm):
    """A customer's own data."""

    name = StringField(_l("Customer name"), [DataRequired(_l("This is needed.")), Length(max=values.NAME_LIMIT)])
    kind = SelectField(_l("Kind"))
    tier = SelectField(_l("Tier"))
    industry = SelectField(_l("Industry"))
    number = StringField(_l("Number"), [Length(max=values.NUMBER_LIMIT)])
    asset_value = StringField(_l("Asset value"), [Length(max=40)])
    phone = StringField(_l("Phone"), [Length(max=40)])
    forget_phone = BooleanField(_l("Remove the stored telephone number"))
    identity = StringField(_l("Identity number"), [Length(max=40)])
    forget_identity = BooleanField(_l("Remove the stored identity number"))
    address = StringField(_l("Address"), [Length(max=values.ADDRESS_LIMIT)])
    about = TextAreaField(_l("About"), [Length(max=values.ABOUT_LIMIT)])
    unit_id = SelectField(_l("Unit"), coerce=number_or_none, validate_choice=False)
    team_id = SelectField(_l("Team"), coerce=number_or_none, validate_choice=False)
    holder_id = SelectField(_l("Holder"), coerce=number_or_none, validate_choice=False)
    despite_duplicates = BooleanField(_l("This is another customer"))

    def choose(self, *, industries: Choices, units: Choices = (), teams: Choices = (), holders: Choices = ()) -> None:
        """Fill the select boxes."""
        self.kind.choices = titles("kinds")
        self.tier.choices = titles("tiers")
        self.industry.choices = [("", _l("No industry")), *industries]
        self.unit_id.choices, self.team_id.choices, self.holder_id.choices = list(units), list(teams), list(holders)

    def given(self) -> dict[str, Any]:
        """What was typed, for the operation; hidden numbers left empty are not given."""
        found = {
            name: self[name].data or ""
            for name in ("name", "kind", "tier", "number", "asset_value", "address", "about")
        }
        found["industry"] = self.industry.data or None
        for name in ("phone", "identity"):
            if self[name].data or self[f"forget_{name}"].data:
                found[name] = "" if self[f"forget_{name}"].data else self[name].data
        return found


class ContactForm(BaseForm):
    """A visit or call: a photo is enough."""

    said = TextAreaField(_l("What was said"), [Length(max=values.SAID_LIMIT)])
    photos = MultipleFileField(_l("Photos"))
    place = StringField(_l("Place"), [Length(max=values.PLACE_LIMIT)])
    people = StringField(_l("People there"), [Length(max=values.PEOPLE_LIMIT)])
    at = DateTimeLocalField(_l("Time"), [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    opportunity_id = SelectField(_l("Opportunity"), coerce=number_or_none, validate_choice=False)
    submission = HiddenField(validators=[Length(max=64)])


class NoteForm(BaseForm):
    """A remark about a customer."""

    text = TextAreaField(_l("Note"), [DataRequired(_l("This is needed.")), Length(max=values.NOTE_LIMIT)])
    submission = HiddenField(validators=[Length(max=64)])


class KeyPersonForm(BaseForm):
    """Somebody at the customer."""

    name = StringField(_l("Name"), [DataRequired(_l("This is needed.")), Length(max=values.NAME_LIMIT)])
    post = StringField(_l("Position"), [Length(max=80)])
    decides = BooleanField(_l("Decides"))
    phone = StringField(_l("Phone"), [Length(max=40)])
    forget_phone = BooleanField(_l("Remove the stored telephone number"))
    birthday = DateField(_l("Birthday"), [Optional()])
    about = StringField(_l("About"), [Length(max=500)])


class DateForm(BaseForm):
    """A day that matters with the customer."""

    kind = SelectField(_l("Kind"))
    day = DateField(_l("Day"), [InputRequired(_l("This is needed."))])
    text = StringField(_l("What"), [DataRequired(_l("This is needed.")), Length(max=values.DATE_LIMIT)])
    amount = StringField(_l("Amount"), [Length(max=40)])
    submission = HiddenField(validators=[Length(max=64)])

    def given(self) -> dict[str, Any]:
        """What was typed, for the operation."""
        return {
            "kind": self.kind.data or "",
            "day": self.day.data,
            "text": self.text.data or "",
            "amount": self.amount.data or "",
        }


class HolderForm(BaseForm):
    """Who serves the customer from which day on."""

    holder_id = SelectField(_l("Holder"), coerce=number_or_none, validate_choice=False)
    team_id = SelectField(_l("Team"), coerce=number_or_none, validate_choice=False)
    from_day = DateField(_l("From"), [Optional()])
    reason = StringField(_l("Reason"), [Length(max=values.REASON_LIMIT)])


class RevealForm(BaseForm):
    """Why a hidden number is needed."""

    field = HiddenField()
    key_person_id = HiddenField()
    reason = SelectField(_l("Reason"), validate_choice=False)
    details = StringField(_l("More about the reason"), [Length(max=values.REASON_LIMIT - 20)])


class RelationForm(BaseForm):
    """Which other customer this one belongs together with, and how."""

    relation = SelectField(_l("The other one is"), validate_choice=False)
    other_id = SelectField(_l("Customer"), coerce=number_or_none, validate_choice=False)


class ImportForm(BaseForm):
    """A spreadsheet of customers."""

    file = FileField(_l("Spreadsheet"), [InputRequired(_l("Choose a file."))])


class BlankForm(BaseForm):
    """Only the CSRF token and the version, for single buttons."""


def first_error(form: BaseForm) -> Any:
    """The first sentence of what is wrong, for a message."""
    found: list[Any] = [message for messages in form.errors.values() for message in messages]
    return found[0] if found else ""
