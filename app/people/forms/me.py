"""Forms of one's own page."""

from typing import Any

from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.core.texts import LANGUAGES, _l, endonym
from app.people.forms.fields import DayField, optional_id, options
from app.web.forms import BaseForm

THEMES = (("auto", _l("As the device")), ("light", _l("Light")), ("dark", _l("Dark")))


class ProfileForm(BaseForm):
    """Language, look and mail address."""

    locale = SelectField(_l("Language"), validators=[Optional()])
    theme = RadioField(_l("Look"), choices=options(THEMES))
    email = StringField(
        _l("Mail address"),
        validators=[Optional(), Length(max=254)],
        render_kw={"autocomplete": "email", "type": "email", "inputmode": "email"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locale.choices = options([("", _l("As the browser")), *((key, endonym(key)) for key in LANGUAGES)])


class AbsenceForm(BaseForm):
    """Days away and who stands in."""

    first = DayField(_l("First day away"), validators=[InputRequired(_l("Choose a day."))])
    last = DayField(_l("Last day away"), validators=[InputRequired(_l("Choose a day."))])
    deputy_id = SelectField(_l("Deputy"), coerce=optional_id, validators=[InputRequired(_l("Choose a person."))])
    reason = StringField(_l("Reason"), validators=[Optional(), Length(max=200)])


class TokenForm(BaseForm):
    """What a key is for."""

    name = StringField(_l("What is it for?"), validators=[InputRequired(_l("Give it a name.")), Length(max=80)])
