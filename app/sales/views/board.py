"""The board: where does every sale stand?"""

from flask import request, url_for
from werkzeug.wrappers import Response

from app.core.errors import Invalid
from app.core.texts import text
from app.sales import permissions, queries
from app.sales.queries.filters import Filters
from app.sales.rules import lists
from app.sales.views import bp, listing
from app.sales.views.cards import Writer
from app.web import filters as written
from app.web.access import access
from app.web.current import actor
from app.web.render import page


def given_filters() -> tuple[Filters, bool]:
    """The filters of the address; an unknown one leaves all out and is told."""
    try:
        return Filters.parse(request.args), True
    except Invalid:
        return Filters(), False


@bp.get("", endpoint="index")
@access(permissions.VIEW)
def index() -> str | Response:
    """The board, or with ``view=list`` the list."""
    if request.args.get("view") == "list":
        return listing.show()
    me = actor()
    filters, fits = given_filters()
    definition = queries.process()
    columns = queries.board(me, filters, definition)
    writer = Writer(definition)
    owners, teams = queries.choices(me, filters.owner)
    kept = filters.as_args()
    shown = [
        {
            "key": column.key,
            "title": column.title,
            "count": column.count,
            "total": written.wan(column.total),
            "full": written.money(column.total),
            "cards": writer.cards(column.cards, end=number >= 4),
            "more": url_for("sales.column", stage=column.key, cursor=column.next, **kept) if column.next else None,
            "all": url_for("sales.listing", **{**kept, "stage": column.key, "sort": "stage"}),
        }
        for number, column in enumerate(columns)
    ]
    return page(
        "sales/board/index.html",
        columns=shown,
        total=sum(column.count for column in columns),
        filters=filters,
        fits=fits,
        times=listing.times(filters, "sales.index"),
        owners=owners,
        teams=teams,
        sources=[(entry.key, text(entry.title)) for entry in lists.by_key("sources").values()],
        may_create=me.may(permissions.CREATE),
    )


@bp.get("/column/<stage>", endpoint="column")
@access(permissions.VIEW)
def column(stage: str) -> str:
    """The next cards of one column, alone."""
    me = actor()
    filters = Filters.parse(request.args)
    found = queries.more_cards(me, filters, stage, request.args.get("cursor"))
    definition = queries.process()
    keys = [known.key for known in definition.stages]
    kept = filters.as_args()
    return page(
        "sales/board/_cards.html",
        cards=Writer(definition).cards(found.items, end=stage not in keys[:4]),
        more=url_for("sales.column", stage=stage, cursor=found.next, **kept) if found.next else None,
        all=url_for("sales.listing", **{**kept, "stage": stage, "sort": "stage"}),
    )
