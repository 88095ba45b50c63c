"""What is typed to assign work: what, to whom, until when, and whether again and again."""

import re
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.core import clock
from app.core.actor import Actor
from app.core.texts import _, _l
from app.people import queries as people
from app.people.forms.audiences import AudienceForm
from app.people.forms.fields import options
from app.people.rules.audiences import Rule
from app.web.forms import BaseForm, Ticks
from app.work.permissions import ASSIGN
from app.work.queries.assignments import named
from app.work.rules.recurring import SHIFTS, Pattern

PRIORITY = (("normal", _l("ordinary")), ("high", _l("important")), ("urgent", _l("urgent")))
MODE = (("each", _l("Each does their own")), ("shared", _l("One of them does it for all")))
REPEAT = (
    ("", _l("Once only")),
    ("DAILY", _l("Every day")),
    ("WEEKLY", _l("Every week")),
    ("MONTHLY", _l("Every month")),
)
SHIFT = {
    "next": _l("Move to the next working day"),
    "skip": _l("Leave it out"),
    "keep": _l("Assign all the same"),
}
WEEKDAY = (
    ("MO", _l("Monday")), ("TU", _l("Tuesday")), ("WE", _l("Wednesday")), ("TH", _l("Thursday")), ("FR", _l("Friday")),
    ("SA", _l("Saturday")), ("SU", _l("Sunday")),
)  # fmt: skip
MOST_NAMES = 200
MOST_FAULTS = 5
MOST_CANDIDATES = 8


class AssignForm(AudienceForm, BaseForm):
    """One assignment."""

    submission = HiddenField(validators=[Optional(), Length(max=64)])
    title = StringField(
        _l("What is to be done"),
        validators=[InputRequired(_l("Say in a few words what is to be done.")), Length(max=200)],
    )
    kind = SelectField(_l("Kind"))
    text = TextAreaField(_l("Details"), validators=[Optional(), Length(max=10_000)])
    names = StringField(_l("To whom, by name"), validators=[Optional(), Length(max=4000)])
    mode = SelectField(_l("Who does it"), choices=options(MODE), default="each")
    due_on = DateField(_l("Due"), validators=[Optional()])
    priority = SelectField(_l("Priority"), choices=options(PRIORITY), default="normal")
    files = MultipleFileField(_l("Attachments"))
    standing = BooleanField(_l("Also whoever comes to it later"))
    repeat = SelectField(_l("Repeat"), choices=options(REPEAT), default="")
    interval = IntegerField(
        _l("Every how many days, weeks or months"), validators=[Optional(), NumberRange(1, 99)], default=1
    )
    weekdays = Ticks(_l("On these weekdays"), choices=options(WEEKDAY))
    monthday = SelectField(_l("On this day of the month"), coerce=int, default=1)
    starts_on = DateField(_l("From"), validators=[Optional()])
    until = DateField(_l("Until"), validators=[Optional()])
    shift = SelectField(_l("When nobody works that day"), choices=options(SHIFT.items()), default=SHIFTS[0])
    due_days = IntegerField(_l("Working days to do it"), validators=[Optional(), NumberRange(0, 90)], default=0)  # fmt: skip

    def offer(
        self,
        actor: Actor,
        permission: str,
        kinds: list[tuple[str, str]],
        rule: Rule | None = None,
        stood: Rule | None = None,
    ) -> None:
        """What this reader may choose; ``rule`` and ``stood`` as in ``offer_audience``."""
        self._actor = actor
        self.kind.choices = options(kinds)
        self.monthday.choices = options([*((n, _("day %(n)s", n=n)) for n in range(1, 29)), (-1, _("the last day"))])
        self.offer_audience(actor, permission, rule, stood=stood)
        self._called: list[int] = []

    def validate_audience(self, field: Any) -> None:
        """Somebody has to be meant, by the picker or by name."""
        if not self.names.data:
            super().validate_audience(field)

    def validate(self, extra_validators: Any = None) -> bool:
        """Names are looked up; a series has a first day."""
        good = bool(super().validate(extra_validators))
        good = self._look_up() and good
        if self.repeat.data and self.starts_on.data is not None and self.starts_on.data < clock.today():
            self.starts_on.errors = [_l("Choose a day from today on.")]
            good = False
        if not self.repeat.data and self.due_on.data is not None and self.due_on.data < clock.today():
            self.due_on.errors = [_l("Choose a day from today on.")]
            good = False
        return good

    def _look_up(self) -> bool:
        typed = [name for name in re.split(r"[\s,，、;；\x00]+", self.names.data or "") if name]
        if len(typed) > MOST_NAMES:
            self.names.errors = [_l("Too many names: choose by unit, post or team instead.")]
            return False
        found = named(self._actor, typed)
        faults: list[Any] = []
        for name in dict.fromkeys(typed):
            ids = found[name]
            if not ids:
                self._guess(name, faults)
            elif len(ids) > 1:
                faults.append(
                    _l("%(count)d people are called “%(name)s”: write the staff number.", count=len(ids), name=name)
                )
            else:
                self._called.append(ids[0])
        if faults:
            self.names.errors = faults[:MOST_FAULTS]
        return not faults

    def _guess(self, name: str, faults: list[Any]) -> None:
        """Pinyin, initials or a part of a name will do where only one person is meant; else those who may be are named."""
        if len(faults) > MOST_FAULTS:
            return
        hits = people.people_page(self._actor, name, limit=MOST_CANDIDATES + 1, permission=ASSIGN).items
        if not hits:
            faults.append(_l("Nobody within your reach is called “%(name)s”.", name=name))
        elif len(hits) == 1:
            self._called.append(hits[0].id)
        else:
            shown = [f"{hit.name} ({hit.staff_number or hit.username})" for hit in hits[:MOST_CANDIDATES]]
            more = ["…"] if len(hits) > MOST_CANDIDATES else []
            names = _(", ").join([*shown, *more])
            faults.append(_l("Who is meant by “%(name)s”: %(names)s?", name=name, names=names))

    @property
    def whole_rule(self) -> Rule:
        """Who is meant, those called by name included."""
        also = tuple(dict.fromkeys([*self.rule.also, *self._called]))
        return Rule(self.rule.parts, also, self.rule.without)

    @property
    def pattern(self) -> Pattern | None:
        """How often it is assigned again; None for once only."""
        if not self.repeat.data:
            return None
        weekly, monthly = self.repeat.data == "WEEKLY", self.repeat.data == "MONTHLY"
        return Pattern(
            self.repeat.data,
            self.interval.data or 1,
            tuple(self.weekdays.data or ()) if weekly else (),
            (self.monthday.data or 1) if monthly else None,
            self.until.data,
        )


class LeadForm(BaseForm):
    """Several ticked items of an assignment, and what to do with them."""

    items = SelectMultipleField(_l("Items"), validate_choice=False)
    act = HiddenField()
    reason = StringField(_l("Reason"), validators=[Optional(), Length(max=500)])
    until = DateField(_l("New time"), validators=[Optional()])
    to = SelectField(_l("Give to"), validators=[Optional()], coerce=str)

    def item_ids(self) -> list[int]:
        """The ticked items."""
        return [int(raw) for raw in self.items.data or () if raw.isascii() and raw.isdigit() and len(raw) < 19]

    def validate(self, extra_validators: Any = None) -> bool:
        """What the chosen act needs."""
        good = bool(super().validate(extra_validators))
        if not self.item_ids():
            self.items.errors = [_l("Tick at least one item.")]
            good = False
        if self.act.data in ("extend", "reassign", "close") and not self.reason.data:
            self.reason.errors = [_l("Say why.")]
            good = False
        if self.act.data == "extend" and (self.until.data is None or self.until.data < clock.today()):
            self.until.errors = [_l("Choose a day from today on.")]
            good = False
        if self.act.data == "reassign" and not self.to.data:
            self.to.errors = [_l("Choose a person.")]
            good = False
        return good
