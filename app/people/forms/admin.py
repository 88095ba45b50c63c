"""Forms of the administration."""

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.core.texts import _l
from app.people.forms.fields import DayField, optional_id, options
from app.web.forms import BaseForm


class UnitForm(BaseForm):
    """A new unit."""

    parent_id = SelectField(_l("Stands under"), coerce=optional_id, validators=[Optional()])
    name = StringField(_l("Unit name"), validators=[InputRequired(_l("Give it a name.")), Length(max=80)])
    code = StringField(_l("Code"), validators=[InputRequired(_l("Give it a code.")), Length(max=32)])
    level = SelectField(_l("Level"), validators=[InputRequired(_l("Choose one of the levels."))])
    day = DayField(_l("From day"), validators=[Optional()])


class MoveForm(BaseForm):
    """Where a unit stands from a day on."""

    parent_id = SelectField(_l("Stands under"), coerce=optional_id, validators=[Optional()])
    day = DayField(_l("From day"), validators=[InputRequired(_l("Choose a day."))])


class RenameForm(BaseForm):
    """What a unit is called from a day on."""

    name = StringField(_l("Unit name"), validators=[InputRequired(_l("Give it a name.")), Length(max=80)])
    level = SelectField(_l("Level"), validators=[InputRequired(_l("Choose one of the levels."))])
    day = DayField(_l("From day"), validators=[InputRequired(_l("Choose a day."))])


class DayForm(BaseForm):
    """Only a day."""

    day = DayField(_l("From day"), validators=[InputRequired(_l("Choose a day."))])


class PersonForm(BaseForm):
    """What an administrator says of a person."""

    name = StringField(_l("Name"), validators=[InputRequired(_l("Give it a name.")), Length(max=80)])
    username = StringField(
        _l("User name"),
        validators=[InputRequired(_l("Give a user name.")), Length(max=64)],
        render_kw={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"},
    )
    staff_number = StringField(_l("Staff number"), validators=[Optional(), Length(max=32)])
    email = StringField(_l("Mail address"), validators=[Optional(), Length(max=254)], render_kw={"inputmode": "email"})
    hired_on = DayField(_l("Came on"), validators=[Optional()])


class NewPersonForm(PersonForm):
    """A person with a first posting."""

    unit_id = SelectField(_l("Unit"), coerce=optional_id, validators=[InputRequired(_l("Choose a unit."))])
    post = SelectField(_l("Post"), validators=[InputRequired(_l("Choose one of the posts."))])
    grade = SelectField(_l("Grade"), validators=[Optional()])


class PostingForm(BaseForm):
    """Unit, post and grade from a day on."""

    unit_id = SelectField(_l("Unit"), coerce=optional_id, validators=[InputRequired(_l("Choose a unit."))])
    post = SelectField(_l("Post"), validators=[InputRequired(_l("Choose one of the posts."))])
    grade = SelectField(_l("Grade"), validators=[Optional()])
    day = DayField(_l("From day"), validators=[InputRequired(_l("Choose a day."))])


class GrantForm(BaseForm):
    """A role for a unit and a time."""

    role = SelectField(_l("Role"), validators=[InputRequired(_l("Choose one of the roles."))])
    unit_id = SelectField(_l("For the unit"), coerce=optional_id, validators=[InputRequired(_l("Choose a unit."))])
    day = DayField(_l("From day"), validators=[InputRequired(_l("Choose a day."))])
    last = DayField(_l("Last day"), validators=[Optional()])
    reason = StringField(_l("Reason"), validators=[Optional(), Length(max=300)])


class LeaveForm(BaseForm):
    """When somebody leaves and who takes over."""

    day = DayField(_l("First day away"), validators=[InputRequired(_l("Choose a day."))])
    successor_id = SelectField(_l("Takes over"), coerce=optional_id, validators=[Optional()])


class TeamForm(BaseForm):
    """A customer team."""

    name = StringField(_l("Team name"), validators=[InputRequired(_l("Give it a name.")), Length(max=80)])
    unit_id = SelectField(_l("Unit"), coerce=optional_id, validators=[Optional()])
    industry = SelectField(_l("Industry"), validators=[InputRequired(_l("Choose one of the industries."))])
    purpose = TextAreaField(_l("What it is for"), validators=[Optional(), Length(max=500)])


class MemberForm(BaseForm):
    """A person's role in a team."""

    person_id = SelectField(_l("Person"), coerce=optional_id, validators=[InputRequired(_l("Choose a person."))])
    role = SelectField(_l("Role"), validators=[InputRequired(_l("Choose one of the roles."))])
    day = DayField(_l("From day"), validators=[InputRequired(_l("Choose a day."))])
    last = DayField(_l("Last day"), validators=[Optional()])


class CalendarForm(BaseForm):
    """One day of the calendar."""

    day = DayField(_l("Day"), validators=[InputRequired(_l("Choose a day."))])
    working = SelectField(
        _l("It is"),
        choices=options([("1", _l("a working day")), ("0", _l("a free day")), ("", _l("as published"))]),
        validators=[Optional()],
    )
    note = StringField(_l("Note"), validators=[Optional(), Length(max=200)])


class KindForm(BaseForm):
    """Kind of institution."""

    kind = SelectField(_l("Kind of institution"), validators=[InputRequired()])


class TermForm(BaseForm):
    """A word of the vocabulary."""

    kind = SelectField(_l("What it is"), validators=[InputRequired(_l("Choose what it is."))])
    key = StringField(_l("Key"), validators=[InputRequired(_l("Give it a key.")), Length(max=40)])
    zh = StringField(_l("Chinese"), validators=[InputRequired(_l("Give it a name.")), Length(max=40)])
    en = StringField(_l("English"), validators=[InputRequired(_l("Give it a name.")), Length(max=60)])
    position = IntegerField(_l("Place in the order"), validators=[Optional(), NumberRange(0, 10000)])
    retired = BooleanField(_l("Retired: no longer offered"))


class ImportForm(BaseForm):
    """A table of units or persons."""

    kind = SelectField(
        _l("What it holds"),
        choices=options([("units", _l("Units")), ("people", _l("Persons"))]),
        validators=[InputRequired()],
    )
    file = FileField(_l("Spreadsheet (XLSX) or CSV"), validators=[FileRequired(_l("Choose a file."))])
