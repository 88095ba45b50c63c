"""Forms of the sales room: only what a person may type."""

from typing import Any

from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.core.texts import _, _l, text
from app.sales.rules import limits, lists
from app.web.forms import BaseForm


def list_choices(name: str, blank: Any = None) -> list[tuple[str, str]]:
    """Entries of a list as choices in the reader's language, with an empty one first when ``blank`` names it."""
    entries = [(entry.key, text(entry.title)) for entry in lists.by_key(name).values()]
    return [("", str(blank)), *entries] if blank is not None else entries


class OpportunityForm(BaseForm):
    """What an opportunity is: title, amount, day, source; team and owner where there is a choice."""

    title = StringField(_l("Title"), validators=[InputRequired(), Length(max=limits.TITLE)])
    amount = StringField(_l("Amount"), validators=[Optional(), Length(max=40)])
    expected_on = DateField(_l("Expected on"), validators=[Optional()])
    source = SelectField(_l("Source"), validators=[Optional()])
    team_id = SelectField(_l("Team"), validators=[Optional()], coerce=str)
    owner_id = SelectField(_l("Accountable"), validators=[Optional()], coerce=str)
    submission = StringField(validators=[Optional(), Length(max=64)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._only: dict[str, int] = {}
        self.source.choices = list_choices("sources", _("Not known"))
        self.team_id.choices = []
        self.owner_id.choices = []

    def offer(self, teams: list[tuple[int, str]], owners: list[tuple[int, str]]) -> None:
        """Offer teams and accountable persons; a single one is not asked for."""
        self._only = {"team_id": teams[0][0]} if len(teams) == 1 else {}
        self.team_id.choices = [(str(i), name) for i, name in teams] if len(teams) > 1 else []
        self.owner_id.choices = [(str(i), name) for i, name in owners] if len(owners) > 1 else []
        for name in ("team_id", "owner_id"):
            if not self[name].choices:
                del self[name]

    def number(self, name: str) -> int | None:
        """The id chosen in a select, or the only team there is; None where it was not asked or not chosen."""
        raw = self[name].data if name in self else self._only.get(name)
        return int(raw) if raw else None


class ChangeForm(OpportunityForm):
    """The same for one that exists, with its terms; the plan's lines come beside it."""

    terms = TextAreaField(_l("Terms"), validators=[Optional(), Length(max=limits.TERMS)])


class CloseForm(BaseForm):
    """How it ended and why; the reason says which of the two it is (``lost.loan_rate``)."""

    reason_key = SelectField(_l("Reason"), coerce=str, validate_choice=False)
    reason = TextAreaField(_l("In a few words"), validators=[Optional(), Length(max=2000)])


class NoteForm(BaseForm):
    """A remark."""

    text = TextAreaField(_l("Note"), validators=[InputRequired(), Length(max=limits.NOTE)])
    submission = StringField(validators=[Optional(), Length(max=64)])


class ContactForm(BaseForm):
    """A key person and what that person is in this sale."""

    key_person_id = SelectField(_l("Person"), coerce=str, validate_choice=False)
    role = SelectField(_l("Part in this sale"), coerce=str)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = list_choices("contact_roles")


class AccompaniedForm(BaseForm):
    """Who goes along with whom, when, and for the skills of which step of the sale."""

    trainee_id = SelectField(_l("With whom"), coerce=str, validators=[InputRequired(_l("Choose a person."))])
    step = SelectField(_l("Skills of the step"), coerce=str, validators=[InputRequired(_l("Choose a step."))])
    day = DateField(_l("Day of the visit"), validators=[InputRequired(_l("Choose a day."))])
    coach_id = SelectField(_l("Who goes along"), coerce=str, validators=[Optional()])
    opportunity_id = SelectField(_l("For the opportunity"), coerce=str, validators=[Optional()])
    submission = StringField(validators=[Optional(), Length(max=64)])

    def number(self, name: str) -> int | None:
        """The id chosen in a select; None where nothing was."""
        raw = self[name].data
        return int(raw) if raw else None


class DropForm(BaseForm):
    """Why an accompanied visit does not take place."""

    reason_key = SelectField(_l("Reason"), coerce=str, validate_choice=False)


class ProductForm(BaseForm):
    """A product of the catalogue."""

    code = StringField(_l("Code"), validators=[InputRequired(), Length(max=32)])
    name = StringField(_l("Product name"), validators=[InputRequired(), Length(max=80)])
    name_en = StringField(_l("Name in English"), validators=[Optional(), Length(max=120)])
    kind = SelectField(_l("Kind"))
    audience = SelectField(_l("For"))
    price = StringField(_l("Price and term"), validators=[Optional(), Length(max=120)])
    about = TextAreaField(_l("In short"), validators=[Optional(), Length(max=2000)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = list_choices("product_kinds")
        self.audience.choices = list_choices("audiences")
