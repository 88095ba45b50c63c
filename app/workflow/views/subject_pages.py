"""Pages of other rooms that show a step of theirs, so that a refusal comes back to the page it was sent from."""

from collections.abc import Callable
from typing import Any

from app.workflow.queries.opened import Opened

Show = Callable[[Opened, dict[str, Any]], str | None]
_pages: dict[str, Show] = {}


def subject_page(kind: str, render: Show) -> None:
    """Say how subjects of ``kind`` show a step: ``render(turn, step form)`` gives the page, None when it may not."""
    _pages[kind] = render


def show(turn: Opened, sf: dict[str, Any]) -> str | None:
    """The subject's own page with this step; None when its room shows none."""
    render = _pages.get(turn.run.subject_kind)
    return render(turn, sf) if render else None
