"""/admin/batches: assignments to many people: how far each has come, who failed and why, and stopping one."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.texts import _, text
from app.people import queries as people
from app.web.access import access
from app.web.current import actor
from app.web.render import page
from app.workflow import operations, queries
from app.workflow.permissions import BATCH_START
from app.workflow.views import bp

STATES = ("pending", "made", "failed")


@bp.get("/admin/batches")
@access(BATCH_START)
def batches() -> str:
    """Every batch within reach, newest first."""
    found = queries.batches_page(actor(), request.args.get("cursor"))
    return page(
        "workflow/batches/batches.html",
        batches=found.items,
        names=people.names({row.owner_id for row in found.items}),
        titles=queries.process_titles(),
        next_url=url_for("workflow.batches", cursor=found.next) if found.next else None,
    )


@bp.get("/admin/batches/<int:batch_id>")
@access(BATCH_START)
def batch(batch_id: int) -> str:
    """One batch: progress, result, its people (those who failed first when asked for)."""
    found = queries.batch_for(actor(), batch_id)
    state = request.args.get("state")
    state = state if state in STATES else None
    members = queries.members_page(actor(), batch_id, request.args.get("cursor"), state=state)
    onward = url_for("workflow.batch", batch_id=batch_id, state=state, cursor=members.next) if members.next else None
    return page(
        "workflow/batches/batch.html",
        batch=found,
        title=text(queries.process_titles().get(found.process)) or found.process,
        owner=people.names({found.owner_id}).get(found.owner_id or 0, ""),
        members=members.items,
        names=people.names({row.person_id for row in members.items}),
        state=state,
        next_url=onward,
    )


@bp.post("/admin/batches/<int:batch_id>/stop")
@access(BATCH_START)
def stop_batch(batch_id: int) -> Response:
    """Make no more of it; what has been made stays."""
    operations.stop_batch(actor(), batch_id)
    flash(_("Stopped. What has been made stays."), "good")
    return redirect(url_for("workflow.batch", batch_id=batch_id), code=303)
