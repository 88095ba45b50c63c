"""A supervisor's decision on a work log, as it was sent."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from app.workflow.forms import number_in, version_of

REMARK = 2000


@dataclass(frozen=True, slots=True)
class Review:
    """The way out, the score (None when left out), the remark, the version seen, and which log a script shows already."""

    outcome: str
    score: int | None
    remark: str
    version: int | None
    showing: int | None


def review_of(form: MultiDict[str, str]) -> Review:
    """Read the form; what a score may be is the process's rule."""
    return Review(
        form.get("outcome", "")[:60],
        number_in(form, "score") or None,
        form.get("remark", "").strip()[: REMARK * 2],
        version_of(form),
        number_in(form, "showing") or None,
    )
