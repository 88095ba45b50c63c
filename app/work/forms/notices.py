"""What the author of a notice types, and what its reader does."""

from typing import Any

from flask import request
from wtforms import BooleanField, DateField, HiddenField, MultipleFileField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app.core.errors import Invalid
from app.core.texts import _l
from app.people.forms.audiences import AudienceForm
from app.web.forms import BaseForm
from app.work.models import Notice
from app.work.rules import notices as rules

LETTERS = "ABCD"


class NoticeForm(AudienceForm, BaseForm):
    """A notice: what it says, for whom, until when, and what its readers have to do beside reading."""

    title = StringField(_l("Title of the notice"), validators=[InputRequired(), Length(max=rules.TITLE)])
    category = SelectField(_l("Category"))
    body = TextAreaField(_l("Text of the notice"), validators=[InputRequired(), Length(max=rules.BODY)])
    files = MultipleFileField(_l("Files"), validators=[Optional()])
    required = BooleanField(_l("Required reading"))
    read_by = DateField(_l("To be read by"), validators=[Optional()])
    sign = BooleanField(_l("Readers sign with their name"))
    standing = BooleanField(_l("Newcomers get it too, until that day"))
    expires_on = DateField(_l("In force until"), validators=[Optional()])
    again = BooleanField(_l("Everybody has to read it again"))
    submission = HiddenField(validators=[Optional(), Length(max=64)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category.choices = [(key, str(title)) for key, title in rules.CATEGORIES.items()]
        self.typed_questions: list[dict[str, Any]] | None = None
        self.wrong_questions: dict[int, Any] = {}

    def fill(self, notice: Notice) -> None:
        """Show what the notice says."""
        for name in ("title", "category", "body", "required", "read_by", "sign", "standing", "expires_on"):
            self[name].data = getattr(notice, name)
        self.version.data = str(notice.version)
        self.typed_questions = list(notice.questions)

    def questions(self) -> list[dict[str, Any]]:
        """The questions that have been typed, empty ones left out; the right answer counts among those given."""
        if self.typed_questions is None:
            self.typed_questions = [q for n in range(rules.QUESTIONS) if (q := _question(n)) is not None]
        return self.typed_questions

    def question_slots(self) -> list[dict[str, Any]]:
        """Five places for questions, filled as far as there are any."""
        kept = self.questions()
        return [
            {
                "number": n,
                "text": kept[n]["text"] if n < len(kept) else "",
                "options": [
                    (LETTERS[i], kept[n]["options"][i] if n < len(kept) and i < len(kept[n]["options"]) else "")
                    for i in range(rules.OPTIONS)
                ],
                "right": kept[n]["right"] if n < len(kept) else -1,
                "error": self.wrong_questions.get(n),
            }
            for n in range(rules.QUESTIONS)
        ]

    def blame(self, error: Invalid) -> Invalid | None:
        """Put what is wrong with a question at its place; what is left of ``error``, if anything."""
        left = []
        for fault in error.errors:
            _field, _dot, number = fault.field.partition(".")
            if _field == "questions" and number.isdigit():
                self.wrong_questions[int(number)] = fault.message
            else:
                left.append(fault)
        return Invalid.many(left) if left else None

    def validate_files(self, field: MultipleFileField) -> None:
        """Not more than a notice holds."""
        if len([one for one in field.data or () if getattr(one, "filename", "")]) > rules.FILES:
            raise ValidationError(_l("A notice has at most %(n)d files.", n=rules.FILES))

    def values(self) -> dict[str, Any]:
        """What the operation takes."""
        return {
            "title": self.title.data or "",
            "body": self.body.data or "",
            "category": self.category.data or "",
            "rule": self.rule,
            "required": bool(self.required.data),
            "read_by": self.read_by.data,
            "sign": bool(self.sign.data),
            "standing": bool(self.standing.data),
            "expires_on": self.expires_on.data,
            "questions": self.questions(),
        }


def _question(n: int) -> dict[str, Any] | None:
    text = _typed(f"question.{n}.text", rules.QUESTION + 1)
    options = [_typed(f"question.{n}.{letter}", rules.OPTION + 1) for letter in LETTERS]
    if not text and not any(options):
        return None
    right = _typed(f"question.{n}.right", 2)
    chosen = LETTERS.find(right) if right else -1
    wanted = options[chosen] if 0 <= chosen < len(options) else ""
    given = [option for option in options if option]
    return {"text": text, "options": given, "right": given.index(wanted) if wanted in given else -1}


def _typed(name: str, longest: int) -> str:
    return request.form.get(name, "").replace("\x00", "").strip()[:longest]


class ReadForm(BaseForm):
    """That one has read it: which revision, one's name where it is signed, and the answers beside it."""

    revision = HiddenField(validators=[InputRequired()])
    name = StringField(_l("Your name as signature"), validators=[Optional(), Length(max=60)])

    def number(self) -> int:
        """The revision that was shown; -1 for a forged one."""
        raw = self.revision.data or ""
        return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 8 else -1


def answers(asked: int) -> list[int | None]:
    """The options that were ticked, by question; None where none was."""
    found: list[int | None] = []
    for n in range(asked):
        raw = request.form.get(f"answer.{n}", "")
        found.append(int(raw) if raw in {"0", "1", "2", "3"} else None)
    return found


class WithdrawForm(BaseForm):
    """Why a notice is taken back."""

    reason = StringField(_l("Reason"), validators=[InputRequired(_l("Say why.")), Length(max=rules.REASON)])
