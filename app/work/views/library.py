"""The library of reports and notices (D29, D45)."""

from flask import request

from app.people import queries as people
from app.web.access import access
from app.web.current import actor
from app.web.render import page
from app.work.permissions import NOTICE_FOLLOW, NOTICE_VIEW, NOTICE_WRITE
from app.work.queries import notices as reading
from app.work.rules.notices import CATEGORIES
from app.work.views import bp


@bp.get("/work/library")
@access(NOTICE_VIEW)
def library() -> str:
    """Everything published that the reader may see, by words of the title and category."""
    me = actor()
    q = request.args.get("q", "")[:80].replace("\x00", "")
    category = request.args.get("category", "")
    found = reading.library_page(me, q, category, request.args.get("cursor"))
    followed = me.may(NOTICE_FOLLOW)
    return page(
        "work/library/list.html",
        q=q,
        category=category,
        found=found,
        categories=CATEGORIES,
        names=people.names({row.author_id for row in found.items}),
        progress=reading.progress_of(me, [row.id for row in found.items]) if followed else {},
        may_write=me.may(NOTICE_WRITE),
        may_follow=followed,
    )
