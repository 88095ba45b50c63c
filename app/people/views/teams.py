"""Customer teams: the list, one team with its members by day, forming and changing."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.texts import _
from app.people import operations, queries
from app.people.forms.admin import MemberForm, TeamForm
from app.people.forms.fields import options, person_options
from app.people.permissions import PERSON_VIEW, TEAM_EDIT, TEAM_VIEW
from app.people.rules.roles import ROLE_TITLES
from app.people.views import bp
from app.people.views.parts import (
    apart,
    attempt,
    number_of,
    require_id,
    role_choices,
    titles,
    word_choices,
)
from app.web.access import access
from app.web.current import actor
from app.web.forms import BaseForm
from app.web.render import page

MOST_CANDIDATES = 200


@bp.get("/admin/teams")
@access(TEAM_VIEW)
def teams() -> str:
    """Teams within reach with their members of today."""
    reader = actor()
    unit_id = number_of("unit")
    found = queries.teams_page(
        reader,
        request.args.get("cursor"),
        50,
        q=request.args.get("q", "")[:80],
        unit_ids=queries.unit_subtree(unit_id) if unit_id else None,
        closed=request.args.get("closed") == "1",
    )
    shown: dict[str, Any] = {
        key: value for key, value in request.args.items() if key in ("q", "unit", "closed") and value
    }
    return page(
        "people/teams/teams.html",
        teams=found.items,
        next_url=url_for("people.teams", **{**shown, "cursor": found.next}) if found.next else None,
        members=queries.members_of([team.id for team in found.items]),
        units=queries.unit_names([team.unit_id for team in found.items]),
        unit_choices=queries.unit_choices(reader, TEAM_VIEW),
        industries=titles(list(queries.words("industry").values())),
        roles=ROLE_TITLES,
        shown=shown,
        may_edit=reader.may(TEAM_EDIT),
    )


def _form(**given: object) -> TeamForm:
    form = TeamForm(**given)
    form.unit_id.choices = options([("", _("Choose a unit")), *queries.unit_choices(actor(), TEAM_EDIT)])
    form.industry.choices = options(word_choices(list(queries.words("industry").values()), blank=_("Choose")))
    return form


@bp.get("/admin/teams/new")
@access(TEAM_EDIT)
def new_team() -> str:
    """The form for another team."""
    return page("people/teams/new.html", form=_form(unit_id=number_of("unit")))


@bp.post("/admin/teams/new")
@access(TEAM_EDIT)
def add_team() -> Response | tuple[str, int]:
    """Form a team."""
    form = _form()
    made: list[int] = []
    done = attempt(
        form,
        lambda: made.append(
            operations.create_team(
                actor(),
                name=form.name.data or "",
                unit_id=form.unit_id.data or 0,
                industry=form.industry.data,
                purpose=form.purpose.data or "",
            )
        ),
    )
    if not done:
        return page("people/teams/new.html", form=form), 422
    flash(_("The team is there. Put its people into it."), "good")
    return redirect(url_for("people.team", team_id=made[0]), code=303)


def _show(team_id: int, status: int = 200, **forms: BaseForm) -> tuple[str, int]:
    reader = actor()
    team = queries.team_for(reader, team_id)
    may_edit = reader.may(TEAM_EDIT) and team.closed_on is None
    industries = list(queries.words("industry").values())
    context = {
        "team": team,
        "members": queries.team_members(team_id),
        "history": queries.team_history(team_id),
        "unit": queries.unit_names([team.unit_id]).get(team.unit_id, ""),
        "industry": titles(industries).get(team.industry, team.industry),
        "roles": ROLE_TITLES,
        "may_edit": may_edit,
        "today": clock.today(),
        "opened": next(iter(forms), None),
    }
    if may_edit:
        member = forms.get("member") or MemberForm(formdata=None, day=clock.today())
        people = person_options(_candidates(team.unit_id))
        member["person_id"].choices = [*options([("", _("Choose a person"))]), *people]
        member["role"].choices = options([("", _("Choose")), *role_choices(team=True)])
        form = forms.get("team") or TeamForm(
            formdata=None, name=team.name, industry=team.industry, purpose=team.purpose, version=team.version
        )
        form["industry"].choices = options(word_choices(industries, team.industry))
        context |= {"member": apart(member, "member"), "form": apart(form, "team")}
    return page("people/teams/team.html", **context), status


def _candidates(unit_id: int) -> list[tuple[int, str]]:
    """Whom the reader may put into a team of that unit: those of the unit first, then others within reach."""
    reader = actor()
    near = queries.unit_subtree(unit_id)
    reached = queries.people_page(reader, limit=MOST_CANDIDATES, permission=PERSON_VIEW, unit_ids=near).items
    others = queries.people_page(reader, limit=MOST_CANDIDATES, permission=PERSON_VIEW).items
    found = {line.id: line.name for line in [*reached, *others] if line.id != reader.id}
    found |= queries.also_meant(reader, PERSON_VIEW, request.form.get("person_id"), {*found, reader.id})
    return list(found.items())


@bp.get("/admin/teams/<int:team_id>")
@access(TEAM_VIEW)
def team(team_id: int) -> tuple[str, int]:
    """One team: members of today, all memberships with their days."""
    return _show(team_id)


@bp.post("/admin/teams/<int:team_id>")
@access(TEAM_EDIT)
def save_team(team_id: int) -> Response | tuple[str, int]:
    """Rename the team, change industry and purpose."""
    present = queries.team_for(actor(), team_id, TEAM_EDIT)
    form = TeamForm()
    form.unit_id.choices = options([("", "")])
    form.industry.choices = options(word_choices(list(queries.words("industry").values()), present.industry))
    done = attempt(
        form,
        lambda: operations.update_team(
            actor(),
            team_id,
            name=form.name.data or "",
            industry=form.industry.data,
            purpose=form.purpose.data or "",
            version=form.seen_version,
        ),
    )
    return _after(team_id, done, "team", form)


@bp.post("/admin/teams/<int:team_id>/members")
@access(TEAM_EDIT)
def join(team_id: int) -> Response | tuple[str, int]:
    """Put a person into the team with a role, from a day and perhaps until a day."""
    present = queries.team_for(actor(), team_id, TEAM_EDIT)
    form = MemberForm()
    form.person_id.choices = options(_candidates(present.unit_id))
    form.role.choices = options(role_choices(team=True))
    last = form.last.data
    done = attempt(
        form,
        lambda: operations.join_team(
            actor(),
            team_id,
            person_id=require_id(form.person_id.data),
            role=form.role.data,
            day=form.day.data,
            until=last + timedelta(days=1) if last else None,
        ),
    )
    return _after(team_id, done, "member", form)


@bp.post("/admin/teams/<int:team_id>/members/<int:person_id>/<role>/leave")
@access(TEAM_EDIT)
def part(team_id: int, person_id: int, role: str) -> Response:
    """End a role in the team today; what the person holds goes back to the lane."""
    queries.team_for(actor(), team_id, TEAM_EDIT)
    operations.leave_team(actor(), team_id, person_id=person_id, role=role)
    flash(_("The role has ended; open work goes back to the team."), "good")
    return redirect(url_for("people.team", team_id=team_id), code=303)


@bp.post("/admin/teams/<int:team_id>/close")
@access(TEAM_EDIT)
def close_team(team_id: int) -> Response:
    """Close the team today."""
    queries.team_for(actor(), team_id, TEAM_EDIT)
    operations.close_team(actor(), team_id)
    flash(_("The team is closed."), "good")
    return redirect(url_for("people.teams"), code=303)


def _after(team_id: int, done: bool, name: str, form: BaseForm) -> Response | tuple[str, int]:
    if not done:
        return _show(team_id, 422, **{name: form})
    flash(_("Saved."), "good")
    return redirect(url_for("people.team", team_id=team_id), code=303)
