"""Persons: the list, one person's page, creating and changing, posts and grades."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.errors import NotFound
from app.core.texts import _
from app.people import operations, queries
from app.people.forms.admin import GrantForm, LeaveForm, NewPersonForm, PersonForm, PostingForm
from app.people.forms.fields import options
from app.people.permissions import (
    ACCOUNT_MANAGE,
    ADMIN_VIEW,
    GRANT_EDIT,
    GRANT_VIEW,
    IMPORT_RUN,
    PASSWORD_RESET,
    PERSON_EDIT,
    PERSON_LEAVE,
    PERSON_VIEW,
    POSTING_EDIT,
)
from app.people.rules.roles import ROLE_TITLES
from app.people.views import bp
from app.people.views.entrance import idle
from app.people.views.parts import (
    apart,
    attempt,
    key_of,
    number_of,
    require_id,
    role_choices,
    titles,
    word_choices,
)
from app.web import filters as written
from app.web.access import access
from app.web.current import actor
from app.web.forms import BaseForm
from app.web.panels import panels
from app.web.render import page

STATES = ("active", "locked", "left")


@bp.get("/admin/people")
@access(ADMIN_VIEW)
def people() -> str:
    """Persons within reach: search by name, pinyin, number; filter by unit (with all below), post, role, state."""
    reader = actor()
    words = queries.vocabulary()
    unit_id = number_of("unit")
    state = key_of("state", [*STATES, "all"]) or "active"
    role = key_of("role", list(ROLE_TITLES))
    found = queries.people_page(
        reader,
        request.args.get("q", "")[:100],
        request.args.get("cursor"),
        50,
        unit_ids=queries.unit_subtree(unit_id) if unit_id else None,
        state=None if state == "all" else state,
        roles=(role,) if role else (),
        post=key_of("post", [word.key for word in words["post"]]),
    )
    shown: dict[str, Any] = {
        key: value for key, value in request.args.items() if key in ("q", "unit", "state", "role", "post") and value
    }
    return page(
        "people/persons/people.html",
        people=found.items,
        next_url=url_for("people.people", **{**shown, "cursor": found.next}) if found.next else None,
        units=queries.unit_names([line.unit_id or 0 for line in found.items]),
        unit_choices=queries.unit_choices(reader, PERSON_VIEW),
        posts=titles(words["post"]),
        grades=titles(words["grade"]),
        post_choices=word_choices(words["post"]),
        role_choices=[(role, title) for role, title in ROLE_TITLES.items() if role != "staff"],
        shown={**shown, "state": state},
        may_create=reader.may(PERSON_EDIT),
        may_import=reader.may(IMPORT_RUN),
    )


def _new_form() -> NewPersonForm:
    form = NewPersonForm()
    words = queries.vocabulary()
    form.unit_id.choices = options([("", _("Choose a unit")), *queries.unit_choices(actor(), PERSON_EDIT)])
    form.post.choices = options(word_choices(words["post"], blank=_("Choose")))
    form.grade.choices = options(word_choices(words["grade"], blank=_("No grade")))
    return form


@bp.get("/admin/people/new")
@access(PERSON_EDIT)
def new_person() -> str:
    """The form for another person."""
    form = _new_form()
    form.unit_id.data = number_of("unit")
    return page("people/persons/new.html", form=form)


@bp.post("/admin/people/new")
@access(PERSON_EDIT)
def add_person() -> Response | tuple[str, int]:
    """Create a person; the one-time password is given on their page."""
    form = _new_form()
    made: list[int] = []
    done = attempt(
        form,
        lambda: made.append(
            operations.create_person(
                actor(),
                name=form.name.data or "",
                username=form.username.data or "",
                staff_number=form.staff_number.data,
                email=form.email.data,
                hired_on=form.hired_on.data,
                unit_id=form.unit_id.data,
                post=form.post.data,
                grade=form.grade.data or None,
            )
        ),
    )
    if not done:
        return page("people/persons/new.html", form=form), 422
    if actor().may(PASSWORD_RESET):
        flash(_("The person is there. Give a one-time password so that they can sign in."), "good")
    else:
        flash(_("The person is there. The system administrator gives the one-time password to sign in with."), "good")
    coming = form.hired_on.data
    if coming and coming > clock.today():
        flash(_("Unit and post begin on %(day)s.", day=written.day(coming)), "good")
    try:
        queries.person_for(actor(), made[0])
    except NotFound:  # whoever looks after a part only reaches them from that day on
        return redirect(url_for("people.people"), code=303)
    return redirect(url_for("people.person", person_id=made[0]), code=303)


def show(
    person_id: int, status: int = 200, *, secrets: Mapping[str, str] | None = None, **forms: BaseForm
) -> tuple[str, int]:
    """One person's page; ``forms``: sent and refused ones; ``secrets``: a fresh one-time password, or half of one."""
    reader = actor()
    person = queries.person_for(reader, person_id)
    words = queries.vocabulary()
    history = queries.person_history(person_id)
    grants = queries.grants_of(person_id) if reader.may(GRANT_VIEW) else []
    teams = queries.teams_of(person_id)
    oneself = person_id == reader.id
    cared_for = operations.persons.within_care(reader, person_id)
    context: dict[str, Any] = {
        "person": person,
        "history": history,
        "grants": grants,
        "teams": teams,
        "absences": [a for a in queries.absences_of(person_id) if a.valid_to > clock.today()],
        "units": queries.unit_names(
            [
                person.unit_id or 0,
                *(h.unit_id for h in history),
                *(g.unit_id for g in grants),
                *(t.unit_id for t, _r in teams),
            ]
        ),
        "granters": queries.names([g.granted_by for g in grants]),
        "posts": titles(words["post"]),
        "grades": titles(words["grade"]),
        "roles": ROLE_TITLES,
        **(secrets or {}),
        "opened": next(iter(forms), None),
        "may": {
            "edit": reader.may(PERSON_EDIT) and cared_for,
            "post": reader.may(POSTING_EDIT) and cared_for and not oneself and person.state != "left",
            "grant": reader.may(GRANT_EDIT) and not oneself and person.state != "left",
            "reset": reader.may(PASSWORD_RESET)
            and not oneself
            and person.state != "left"
            and operations.passwords.resettable(reader, person_id),
            "account": reader.may(ACCOUNT_MANAGE) and not oneself and person.state != "left",
            "leave": reader.may(PERSON_LEAVE) and not oneself and person.state != "left",
        },
        "today": clock.today(),
        "parts": panels("person.main", reader, person_id=person_id),
    }
    may = context["may"]
    if may["reset"]:
        waiting = queries.resets_waiting(reader, clock.now() - operations.resets.WAITS, person_id)
        context["reset"] = waiting[0] if waiting else None
        context["asker"] = (
            queries.names([each.asked_by for each in waiting]).get(waiting[0].asked_by) if waiting else ""
        )
        context["second"] = operations.passwords.needs_second(person_id)
    if may["account"]:
        context["sessions"] = queries.live_sessions(person_id, idle())
        context["failures"] = queries.waits_of(person.username)
    if may["post"]:
        form = forms.get("posting") or PostingForm(
            formdata=None, unit_id=person.unit_id, post=person.post, grade=person.grade, day=clock.today()
        )
        form["unit_id"].choices = options([("", _("Choose a unit")), *queries.unit_choices(reader, POSTING_EDIT)])
        form["post"].choices = options(word_choices(words["post"], person.post, blank=_("Choose")))
        form["grade"].choices = options(word_choices(words["grade"], person.grade, blank=_("No grade")))
        context["posting"] = apart(form, "posting")
    if may["grant"]:
        form = forms.get("grant") or GrantForm(formdata=None, day=clock.today(), unit_id=person.unit_id)
        form["unit_id"].choices = options([("", _("Choose a unit")), *queries.unit_choices(reader, GRANT_EDIT)])
        form["role"].choices = options([("", _("Choose")), *role_choices(team=False)])
        context["grant"] = apart(form, "grant")
    if may["leave"]:
        form = forms.get("leave") or LeaveForm(formdata=None, day=clock.today(), version=person.version)
        form["successor_id"].choices = options(
            [("", _("Nobody: back to the team")), *queries.deputy_candidates(person_id)]
        )
        context["leave"] = apart(form, "leave")
    return page("people/persons/person.html", **context), status


@bp.get("/admin/people/<int:person_id>")
@access(ADMIN_VIEW)
def person(person_id: int) -> tuple[str, int]:
    """One person: posts, roles, teams, absences, and what the reader may do."""
    return show(person_id)


@bp.route("/admin/people/<int:person_id>/edit", methods=["GET", "POST"])
@access(PERSON_EDIT)
def edit_person(person_id: int) -> Response | str | tuple[str, int]:
    """Change name, user name, number, mail address, day of entry."""
    present = queries.person_for(actor(), person_id, PERSON_EDIT)
    operations.persons.require_care(actor(), person_id, PERSON_EDIT)
    form = PersonForm(obj=present)
    if not form.is_submitted():
        return page("people/persons/edit.html", form=form, person=present)
    done = attempt(
        form,
        lambda: operations.update_person(
            actor(),
            person_id,
            name=form.name.data or "",
            username=form.username.data or "",
            staff_number=form.staff_number.data,
            email=form.email.data,
            hired_on=form.hired_on.data,
            version=form.seen_version,
        ),
    )
    if not done:
        return page("people/persons/edit.html", form=form, person=present), 422
    flash(_("Saved."), "good")
    return redirect(url_for("people.person", person_id=person_id), code=303)


@bp.post("/admin/people/<int:person_id>/posting")
@access(POSTING_EDIT)
def post_person(person_id: int) -> Response | tuple[str, int]:
    """Set unit, post and grade from a day on."""
    present = queries.person_for(actor(), person_id, POSTING_EDIT)
    words = queries.vocabulary()
    form = PostingForm()
    form.unit_id.choices = options([("", ""), *queries.unit_choices(actor(), POSTING_EDIT)])
    form.post.choices = options(word_choices(words["post"], present.post, blank=""))
    form.grade.choices = options(word_choices(words["grade"], present.grade, blank=""))
    done = attempt(
        form,
        lambda: operations.post_person(
            actor(),
            person_id,
            unit_id=require_id(form.unit_id.data),
            post=form.post.data,
            grade=form.grade.data or None,
            day=form.day.data,
        ),
    )
    if not done:
        return show(person_id, 422, posting=form)
    flash(_("Saved. Reports of earlier days stay as they were."), "good")
    return redirect(url_for("people.person", person_id=person_id), code=303)


@bp.post("/admin/people/<int:person_id>/leave")
@access(PERSON_LEAVE)
def leave(person_id: int) -> Response | tuple[str, int]:
    """Record that a person leaves, and who takes over."""
    queries.person_for(actor(), person_id, PERSON_LEAVE)
    form = LeaveForm()
    form.successor_id.choices = options([("", ""), *queries.deputy_candidates(person_id)])
    done = attempt(
        form,
        lambda: operations.leave_institution(
            actor(),
            person_id,
            day=form.day.data,
            successor_id=form.successor_id.data,
            version=form.seen_version,
        ),
    )
    if not done:
        return show(person_id, 422, leave=form)
    flash(_("Recorded. Rights end on that day, and what they held is handed over."), "good")
    return redirect(url_for("people.person", person_id=person_id), code=303)
