"""A person's account in the administrator's hands: one-time password, locking, ending sign-ins."""

from flask import Response, flash, make_response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.core.texts import _
from app.people import operations, queries
from app.people.permissions import ACCOUNT_MANAGE, PASSWORD_RESET
from app.people.views import bp
from app.people.views.persons import show
from app.web.access import access
from app.web.current import actor


def _back(person_id: int) -> AnyResponse:
    return redirect(url_for("people.person", person_id=person_id), code=303)


@bp.post("/admin/people/<int:person_id>/reset")
@access(PASSWORD_RESET)
def reset_password(person_id: int) -> Response:
    """Give a one-time password, or ask for it where a second person is needed; it stands on this one answer only."""
    queries.person_for(actor(), person_id, PASSWORD_RESET)
    if operations.passwords.needs_second(person_id):
        return _once(person_id, first_half=operations.ask_reset(actor(), person_id))
    return _once(person_id, secret=operations.reset_password(actor(), person_id))


@bp.post("/admin/people/<int:person_id>/reset/confirm")
@access(PASSWORD_RESET)
def confirm_reset(person_id: int) -> Response:
    """Confirm what another administrator asked; the second half stands on this one answer only."""
    queries.person_for(actor(), person_id, PASSWORD_RESET)
    return _once(person_id, second_half=operations.confirm_reset(actor(), person_id))


@bp.post("/admin/people/<int:person_id>/reset/withdraw")
@access(PASSWORD_RESET)
def withdraw_reset(person_id: int) -> AnyResponse:
    """Take back, or refuse, a reset that waits for its second person."""
    queries.person_for(actor(), person_id, PASSWORD_RESET)
    operations.withdraw_reset(actor(), person_id)
    flash(_("The reset is withdrawn; the present password stays."), "good")
    return _back(person_id)


def _once(person_id: int, **secrets: str) -> Response:
    response = make_response(show(person_id, secrets=secrets)[0])
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/admin/people/<int:person_id>/lock")
@access(ACCOUNT_MANAGE)
def lock_account(person_id: int) -> AnyResponse:
    """Keep the person out at once."""
    queries.person_for(actor(), person_id, ACCOUNT_MANAGE)
    operations.lock_account(actor(), person_id)
    flash(_("The account is locked and every sign-in has ended."), "good")
    return _back(person_id)


@bp.post("/admin/people/<int:person_id>/unlock")
@access(ACCOUNT_MANAGE)
def unlock_account(person_id: int) -> AnyResponse:
    """Let the person in again and forget failed attempts."""
    queries.person_for(actor(), person_id, ACCOUNT_MANAGE)
    operations.unlock(actor(), person_id)
    flash(_("The account is open again, and failed attempts are forgotten."), "good")
    return _back(person_id)


@bp.post("/admin/people/<int:person_id>/sign-out")
@access(ACCOUNT_MANAGE)
def end_sign_ins(person_id: int) -> AnyResponse:
    """End every sign-in of the person."""
    queries.person_for(actor(), person_id, ACCOUNT_MANAGE)
    operations.end_sessions_of(actor(), person_id)
    flash(_("Every sign-in of this person has ended."), "good")
    return _back(person_id)
