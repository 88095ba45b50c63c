"""The sign-in form and the forms around one's password."""

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from app.core.texts import _l
from app.web.forms import BaseForm


class SignInForm(BaseForm):
    """User name and password; ``next`` is where the reader wanted to go."""

    username = StringField(
        _l("User name"),
        validators=[InputRequired(_l("Type your user name.")), Length(max=200)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "maxlength": 64},
    )
    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(_l("Type your password.")), Length(max=1024)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class PasswordForm(BaseForm):
    """Choosing another password."""

    current = PasswordField(
        _l("Present password"),
        validators=[InputRequired(_l("Type your present password."))],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _l("New password"),
        validators=[InputRequired(_l("Type a new password."))],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("New password again"),
        validators=[InputRequired(_l("Type the new password again."))],
        render_kw={"autocomplete": "new-password"},
    )

    def validate(self, extra_validators: object = None) -> bool:
        """The two new ones must be the same."""
        good = super().validate(extra_validators)
        if good and self.new.data != self.again.data:
            self.again.errors = [*self.again.errors, _l("The two do not match.")]
            return False
        return good
