"""Whether mail goes out: what waits, what is unclear, what was given up, with the button to try again."""

from flask import Blueprint, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.texts import _, ngettext
from app.ops.operations import outbox as operations
from app.ops.permissions import MAIL_RETRY, MAIL_VIEW
from app.ops.queries import outbox as queries
from app.web.access import access
from app.web.current import actor
from app.web.render import page

bp = Blueprint("mail", __name__, url_prefix="/admin/mail")


@bp.get("")
@access(MAIL_VIEW)
def index() -> str:
    """Mails of one sort."""
    show = request.args.get("show", "")
    counts = queries.counts(actor())
    if show not in queries.SHOWS:
        show = next((name for name in ("given_up", "unclear", "waiting") if counts[name]), "sent")
    found = queries.letters(actor(), show, request.args.get("cursor"))
    target = current_app.extensions["qiao-mail"]
    return page(
        "ops/mail/index.html",
        show=show,
        counts=counts,
        letters=found.items,
        more=url_for("mail.index", show=show, cursor=found.next) if found.next else None,
        server=f"{target.host}:{target.port}" if target else None,
        sender=current_app.config["MAIL_FROM"],
    )


@bp.post("/<int:message_id>/retry")
@access(MAIL_RETRY)
def retry(message_id: int) -> Response:
    """Try one mail at the next round."""
    operations.retry(actor(), message_id)
    flash(_("It is tried again within ten seconds."), "good")
    return redirect(url_for("mail.index"), code=303)


@bp.post("/retry")
@access(MAIL_RETRY)
def retry_all() -> Response:
    """Try everything that was given up."""
    count = operations.retry_given_up(actor())
    flash(ngettext("%(num)s mail is tried again.", "%(num)s mails are tried again.", count), "good")
    return redirect(url_for("mail.index"), code=303)
