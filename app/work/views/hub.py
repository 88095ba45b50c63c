"""The hub of work: what is mine to do, most urgent first."""

from app.web.access import access
from app.web.current import actor
from app.web.render import page
from app.work import tabs
from app.work.permissions import ASSIGN, ITEM_VIEW
from app.work.queries import mine
from app.work.views import bp
from app.work.views.rows import Writer


@bp.get("/work")
@access(ITEM_VIEW)
def hub() -> str:
    """My items by urgency, those that I may take, and what I wait for."""
    me = actor()
    found = mine.my_items(me)
    write = Writer(me, found.names)
    return page(
        "work/hub/hub.html",
        now=write.mine(found.lists.mine, back="/work"),
        total=found.lists.total,
        offered=write.mine(found.lists.offered, offered=True, back="/work"),
        others=write.others(found.lists.others),
        may_assign=me.may(ASSIGN),
    )


def register(app: object) -> None:
    """Let every page of the hub show its tabs."""
    app.jinja_env.globals["work_tabs"] = lambda: tabs.for_actor(actor())  # type: ignore[attr-defined]
