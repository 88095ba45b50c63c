"""My goals on the day page: this week's figures against the targets."""

from app.core import clock
from app.core.actor import Actor
from app.web.panels import panel
from app.web.render import page
from app.work.permissions import GOAL_VIEW
from app.work.queries import goals as queries
from app.work.queries.progress import people_behind, progress_of, this_week
from app.work.views.goal_words import figure, lines


def register() -> None:
    """Contribute the panel."""
    panel("today.side", "work.goals", _my_goals, order=30, permission=GOAL_VIEW)


def _my_goals(actor: Actor) -> str:
    """Up to six running goals, the nearest end first."""
    rows = queries.running_for(actor)
    if not rows:
        return ""
    listed = [row.goal for row in rows]
    persons = people_behind(listed)
    week = this_week(listed, clock.today(), persons)
    shown = lines(rows, progress_of(listed, persons), queries.Owners())  # whose they are the reader knows
    return page(
        "work/goals/_mine.html",
        rows=[(line, figure(week[row.goal.id])) for line, row in zip(shown, rows, strict=True)],
    )
