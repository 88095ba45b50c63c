"""Pages of other rooms that show a step of theirs, so that a refusal comes back to the page it was sent from.

Such a page may put fields of its own into the step's form (`beside` of `workflow/_step_form.html`): they come with every
button of it, and the room keeps them in the same transaction, before the step is left.
"""

from collections.abc import Callable
from typing import Any

from app.workflow.queries.opened import Opened

Show = Callable[[Opened, dict[str, Any]], str | None]
Keep = Callable[[Opened], bool]
_pages: dict[str, Show] = {}
_keepers: dict[str, Keep] = {}


def subject_page(kind: str, render: Show, keep: Keep | None = None) -> None:
    """Say how subjects of ``kind`` show a step: ``render(turn, step form)`` gives the page, None when it may not.

    ``keep(turn)`` saves the page's own fields that came with the step's form, and says whether that has raised the turn's version
    (`operations.outdate`); what refuses them refuses the step.
    """
    _pages[kind] = render
    if keep is not None:
        _keepers[kind] = keep


def keep(turn: Opened) -> bool:
    """Save what the subject's own fields hold; nothing where its room has none. Whether it has raised the turn's version."""
    keeper = _keepers.get(turn.run.subject_kind)
    return keeper is not None and keeper(turn)


def show(turn: Opened, sf: dict[str, Any]) -> str | None:
    """The subject's own page with this step; None when its room shows none."""
    render = _pages.get(turn.run.subject_kind)
    return render(turn, sf) if render else None
