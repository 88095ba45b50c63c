"""How often each tier is contacted: seen by those who lead, set by who answers for the whole institution."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.actor import Scope
from app.core.errors import Invalid
from app.core.texts import _, text
from app.customers import operations, permissions
from app.customers.forms import BlankForm
from app.customers.queries.tiers import frequencies
from app.customers.rules import lists
from app.customers.views import bp
from app.web.access import access
from app.web.current import actor
from app.web.render import page


@bp.route("/tiers", methods=["GET", "POST"], endpoint="tiers")
@access(permissions.TIERS)
def tiers() -> Response | str | tuple[str, int]:
    """Contacts and days of each tier."""
    form = BlankForm()
    granted = actor().scope(permissions.TIERS)
    error = None
    if request.method == "POST" and form.validate():
        wanted = {
            key: (_number(f"contacts-{key}"), _number(f"days-{key}"))
            for key in lists.by_key("tiers")
            if f"contacts-{key}" in request.form
        }
        try:
            operations.set_frequencies(actor(), wanted)
        except Invalid:
            error = _("Contacts are whole numbers from 0, days from 1 to 3,650, and not more contacts than days.")
        else:
            flash(_("Saved. Lists follow within minutes."), "good")
            return redirect(url_for("customers.tiers"), code=303)
    known = frequencies()
    rows = [
        {
            "key": entry.key,
            "title": text(entry.title),
            "contacts": request.form.get(f"contacts-{entry.key}", str(known[entry.key].contacts))[:10],
            "days": request.form.get(f"days-{entry.key}", str(known[entry.key].days))[:10],
            "interval": known[entry.key].interval,
        }
        for entry in lists.entries("tiers")
    ]
    may_set = granted is not None and granted.level is Scope.ALL
    made = page("customers/tiers/tiers.html", rows=rows, form=form, error=error, may_set=may_set)
    return (made, 422) if error else made


def _number(name: str) -> int:
    raw = request.form.get(name, "").strip()
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 6 else -1
