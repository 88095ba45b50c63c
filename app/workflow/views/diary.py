"""What the core tells of a person's day: the steps they finished (D32)."""

from datetime import datetime

from app.core.texts import _, _l, text
from app.web.diary import DiaryLine, source
from app.workflow.queries.finished import finished_by


def register() -> None:
    """Contribute finished steps to diaries."""
    source("workflow.steps", title=_l("Steps done"), lines=_steps, order=20)


def _steps(person_id: int, start: datetime, end: datetime) -> list[DiaryLine]:
    return [
        DiaryLine(
            done.at,
            _(
                "%(subject)s · %(step)s: %(outcome)s",
                subject=done.subject,
                step=text(done.title),
                outcome=text(done.outcome),
            ),
            done.url,
        )
        for done in finished_by(person_id, start, end)
    ]
