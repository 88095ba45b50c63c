"""One's own page: profile, language, look, password, sign-ins, absences with deputy, keys for programs."""

from flask import flash, make_response, redirect, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.actor import Scope
from app.core.texts import _
from app.people import operations, queries
from app.people.forms.fields import options, person_options
from app.people.forms.me import AbsenceForm, ProfileForm, TokenForm
from app.people.forms.sign_in import PasswordForm
from app.people.permissions import ABSENCE_EDIT, ABSENCE_VIEW, PROFILE_EDIT, TOKEN_EDIT
from app.people.rules.roles import ROLE_TITLES
from app.people.views import bp
from app.people.views.entrance import idle
from app.people.views.parts import apart, attempt, require_id, titles
from app.web.access import access, signed_in
from app.web.current import actor, forget
from app.web.forms import BaseForm
from app.web.panels import panels
from app.web.render import page


def _show(*, status: int = 200, secret: str | None = None, **forms: BaseForm) -> tuple[str, int]:
    reader = actor()
    person = queries.person_for(reader, reader.id, PROFILE_EDIT)
    words = queries.vocabulary()
    grants = [g for g in queries.grants_of(reader.id) if g.valid_to is None or g.valid_to > clock.today()]
    teams = queries.teams_of(reader.id)
    units = queries.unit_names([person.unit_id or 0, *(g.unit_id for g in grants), *(t.unit_id for t, _r in teams)])
    candidates = queries.deputy_candidates(reader.id)
    notes = queries.notes_of([i for i, _name in candidates])
    absence = forms.get("absence") or AbsenceForm(formdata=None, first=clock.today(), last=clock.today())
    absence["deputy_id"].choices = [*options([("", _("Choose a person"))]), *person_options(candidates, notes)]
    profile = forms.get("profile") or ProfileForm(
        formdata=None,
        locale=person.locale or "",
        theme=person.theme,
        email=person.email,
        version=person.version,
    )
    token = forms.get("token") or TokenForm(formdata=None)
    return (
        page(
            "people/me/me.html",
            person=person,
            profile=apart(profile, "profile"),
            absence_form=apart(absence, "absence"),
            token_form=apart(token, "token"),
            absences=[a for a in queries.absences_of(reader.id) if a.valid_to > clock.today()],
            standing_in=queries.names(reader.stands_in_for),
            sessions=queries.live_sessions(reader.id, idle()),
            tokens=queries.tokens_of(reader.id),
            secret=secret,
            grants=grants,
            teams=teams,
            units=units,
            posts=titles(words["post"]),
            grades=titles(words["grade"]),
            roles=ROLE_TITLES,
            candidates=candidates,
            side_panels=panels("me.side", reader),
            sees_others=(reach := reader.scope(ABSENCE_VIEW)) is not None and reach.level > Scope.SELF,
        ),
        status,
    )


@bp.get("/me")
@signed_in
def me() -> tuple[str, int]:
    """Everything about oneself, on one page."""
    return _show()


@bp.post("/me")
@access(PROFILE_EDIT)
def save_profile() -> Response | tuple[str, int]:
    """Save language, look and mail address."""
    form = ProfileForm()
    done = attempt(
        form,
        lambda: operations.update_profile(
            actor(),
            locale=form.locale.data or None,
            theme=form.theme.data or "auto",
            email=form.email.data,
            version=form.seen_version,
        ),
    )
    if not done:
        return _show(status=422, profile=form)
    forget()
    flash(_("Saved."), "good")
    return redirect(url_for("people.me"), code=303)


@bp.route("/me/password", methods=["GET", "POST"])
@signed_in
def password() -> Response | str | tuple[str, int]:
    """Choose another password; the first page after a one-time password."""
    form = PasswordForm()
    reader = actor()
    first = queries.person_for(reader, reader.id, PROFILE_EDIT).must_change_password
    if not form.is_submitted():
        return page("people/me/password.html", form=form, first=first)
    done = attempt(
        form,
        lambda: operations.change_password(actor(), current=form.current.data or "", new=form.new.data or ""),
    )
    if not done:
        return page("people/me/password.html", form=form, first=first), 422
    flash(_("Your password is changed. All your other sign-ins have ended."), "good")
    return redirect("/today" if first else url_for("people.me"), code=303)


@bp.post("/me/sessions/<int:session_id>/end")
@access(PROFILE_EDIT)
def end_session(session_id: int) -> Response:
    """End one of one's own sign-ins."""
    operations.end_session(actor(), session_id)
    flash(_("That sign-in has ended."), "good")
    return redirect(url_for("people.me") + "#sessions", code=303)


@bp.post("/me/absences")
@access(ABSENCE_EDIT)
def record_own_absence() -> Response | tuple[str, int]:
    """Record days away with a deputy."""
    form = AbsenceForm()
    reader = actor()
    form.deputy_id.choices = options([("", ""), *queries.deputy_candidates(reader.id)])
    done = attempt(
        form,
        lambda: operations.record_absence(
            reader,
            reader.id,
            deputy_id=require_id(form.deputy_id.data),
            first=form.first.data,  # type: ignore[arg-type]
            last=form.last.data,  # type: ignore[arg-type]
            reason=form.reason.data or "",
        ),
    )
    if not done:
        return _show(status=422, absence=form)
    flash(_("Recorded. Your deputy acts on your behalf in these days; it ends by itself."), "good")
    return redirect(url_for("people.me") + "#absences", code=303)


@bp.post("/me/absences/<int:absence_id>/end")
@access(ABSENCE_EDIT)
def end_own_absence(absence_id: int) -> Response:
    """Be back earlier, or take a planned absence back."""
    operations.end_absence(actor(), absence_id)
    flash(_("The absence has ended."), "good")
    return redirect(url_for("people.me") + "#absences", code=303)


@bp.post("/me/tokens")
@access(TOKEN_EDIT)
def make_token() -> Response | tuple[str, int]:
    """Make a key; its secret stands on this one answer and nowhere else."""
    form = TokenForm()
    made = []
    if not attempt(form, lambda: made.append(operations.create_token(actor(), name=form.name.data or ""))):
        return _show(status=422, token=form)
    response = make_response(_show(secret=made[0].secret)[0])
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/me/tokens/<int:token_id>/revoke")
@access(TOKEN_EDIT)
def revoke_token(token_id: int) -> Response:
    """Revoke one of one's own keys."""
    operations.revoke_token(actor(), token_id)
    flash(_("The key is revoked."), "good")
    return redirect(url_for("people.me") + "#tokens", code=303)
