"""What is wrong with a definition, or with moving a run to one: a sentence with its place."""

from dataclasses import dataclass
from typing import Any

from app.core.errors import FieldError


@dataclass(frozen=True, slots=True)
class Fault:
    """`place` is the path in the body ("steps.terms.outcomes.done"), `code` stable, `message` for people."""

    place: str
    code: str
    message: Any

    def as_error(self) -> FieldError:
        """The same as an error of a form or of the API."""
        return FieldError(self.place, self.code, self.message)
