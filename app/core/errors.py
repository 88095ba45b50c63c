"""What an operation may refuse with. The web and API rooms turn these into pages and problem documents, in one place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from app.core.texts import _l


class DomainError(Exception):
    """A refusal that a person can understand. ``status`` is the HTTP status of its answer."""

    status = 400
    code = "refused"

    def __init__(self, message: Any) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: its key, a stable code and a sentence that says how to mend it."""

    field: str
    code: str
    message: Any


@dataclass(frozen=True, slots=True)
class MissingItem:
    """One thing that is missing to move on. ``kind``: field, checklist, evidence, guard or lane."""

    kind: str
    key: str
    message: Any


class Invalid(DomainError):
    """Input that cannot be taken, said field by field."""

    status = 422
    code = "invalid"

    def __init__(self, field: str, code: str, message: Any) -> None:
        super().__init__(message)
        self.errors: Sequence[FieldError] = [FieldError(field, code, message)]

    @classmethod
    def many(cls, errors: Sequence[FieldError]) -> Self:
        """Several fields at once; ``errors`` is not empty."""
        error = cls(errors[0].field, errors[0].code, errors[0].message)
        error.errors = list(errors)
        return error


class Missing(DomainError):
    """A step cannot be left yet; ``items`` lists what it still needs."""

    status = 422
    code = "missing"

    def __init__(self, items: Sequence[MissingItem]) -> None:
        super().__init__(_l("Something is still missing before this step can be left."))
        self.items = list(items)


class Conflict(DomainError):
    """Somebody else was faster, or the record has changed since it was shown."""

    status = 409
    code = "conflict"

    def __init__(self, message: Any = None) -> None:
        super().__init__(
            message or _l("This has changed since you opened it. Look at the present state and try again.")
        )


class Forbidden(DomainError):
    """Inside the actor's view but beyond the actor's right."""

    status = 403
    code = "forbidden"

    def __init__(self, permission: str = "", message: Any = None) -> None:
        super().__init__(message or _l("You do not have the right to do this."))
        self.permission = permission


class NotFound(DomainError):
    """Not there, or outside the actor's scope: the two are told alike."""

    status = 404
    code = "not_found"

    def __init__(self, message: Any = None) -> None:
        super().__init__(message or _l("There is nothing here that you may see."))
