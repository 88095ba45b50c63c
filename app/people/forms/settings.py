"""The form of one setting, made from what its room says of it."""

from collections.abc import Sequence
from typing import Any

from wtforms import RadioField, StringField

from app.core.settings import Declared
from app.core.texts import _l
from app.people.forms.fields import options
from app.web.forms import BaseForm, Ticks

YES_NO = (("1", _l("Yes")), ("0", _l("No")))


def setting_form(setting: Declared, in_force: Any, posts: Sequence[tuple[str, str]], *, sent: bool) -> BaseForm:
    """The form with what was sent, else with the value in force. What fits is for the setting's own field to say."""
    kind = setting.field.kind if setting.field else ""
    if kind == "yes_no":
        field: Any = RadioField(setting.title, choices=options(YES_NO), validate_choice=False)
        in_force = "1" if in_force else "0"
    elif kind == "posts":
        field = Ticks(setting.title, choices=options(posts), validate_choice=False)
    else:
        field = StringField(setting.title)
    made = type("SettingForm", (BaseForm,), {"value": field})
    return made() if sent else made(formdata=None, value=in_force)  # type: ignore[no-any-return]


def value_of(setting: Declared, form: BaseForm) -> Any:
    """What was sent, as the setting's field takes it."""
    if setting.field is not None and setting.field.kind == "yes_no":
        return {"1": True, "0": False}.get(form["value"].data)
    return form["value"].data or ([] if setting.field is not None and setting.field.kind == "posts" else "")
