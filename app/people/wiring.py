"""Registers the people room."""

from importlib import import_module

from flask import Flask

from app.core import jobs
from app.core.actor import SYSTEM
from app.core.calendar import LAST_PUBLISHED_YEAR
from app.core.texts import _l
from app.people import administration, audiences, checks, commands, permissions
from app.people.operations.leaving import close_leavers
from app.people.operations.sessions import forget_old
from app.people.operations.teams import tell_ended
from app.people.queries import criteria
from app.people.views import bp, entrance, templating, waiting
from app.web import agenda, menu

VIEWS = (
    "sign_in", "me", "overview", "units", "persons", "accounts", "teams", "grants", "absences", "calendar", "vocabulary",
    "settings", "imports", "audiences",
)  # fmt: skip


def register(app: Flask) -> None:
    """Pages, menu, administration, jobs and commands of people."""
    for name in VIEWS:
        import_module(f"app.people.views.{name}")
    app.register_blueprint(bp)
    entrance.register(app)
    templating.register(app)
    commands.register(app)
    menu.item(
        "admin", _l("Admin"), "people.admin", icon="admin", permission=permissions.ADMIN_VIEW, order=90, group="admin"
    )
    menu.item("me", _l("Me"), "people.me", icon="person", order=95, phone=True, group="me")
    criteria.register()
    audiences.chosen_under(permissions.PERSON_VIEW)
    agenda.source("people.resets", waiting.resets, order=90)
    _register_administration()
    jobs.every("people.leavers", close_leavers, minutes=10)
    jobs.every("people.memberships", lambda: tell_ended(SYSTEM), minutes=10)
    jobs.every("people.forget", forget_old, minutes=360)


def _register_administration() -> None:
    place, task = administration.place, administration.task
    place("units", _l("Organisation"), _l("Units, levels, moves on a day"), "people.units",
          permission=permissions.UNIT_VIEW, icon="unit", order=10)  # fmt: skip
    place("people", _l("Persons"), _l("Accounts, posts and grades"), "people.people",
          permission=permissions.ADMIN_VIEW, icon="users", order=20)  # fmt: skip
    place("teams", _l("Teams"), _l("Customer teams and their four roles"), "people.teams",
          permission=permissions.TEAM_VIEW, icon="users-group", order=30)  # fmt: skip
    place("grants", _l("Roles"), _l("Who may do what, for which unit"), "people.grants",
          permission=permissions.GRANT_VIEW, icon="shield-lock", order=40)  # fmt: skip
    place("absences", _l("Absences"), _l("Who is away and who stands in"), "people.absences",
          permission=permissions.ABSENCE_VIEW, icon="away", order=50)  # fmt: skip
    place("calendar", _l("Calendar"), _l("Working days, holidays, make-up days"), "people.calendar",
          permission=permissions.CALENDAR_VIEW, icon="calendar", order=60)  # fmt: skip
    place("vocabulary", _l("Vocabulary"), _l("Names of levels, posts, grades, industries"), "people.vocabulary",
          permission=permissions.VOCABULARY_EDIT, icon="language", order=70)  # fmt: skip
    place("settings", _l("Settings"), _l("Hours, limits and rules of the daily work"), "people.settings",
          permission=permissions.SETTING_VIEW, icon="settings", order=75)  # fmt: skip
    place("import", _l("Import"), _l("Units and persons from a spreadsheet"), "people.import_table",
          permission=permissions.IMPORT_RUN, icon="upload", order=80)  # fmt: skip
    task("units", _l("Set up the organisation"), _l("Head office, branches, outlets and departments."),
         endpoint="people.units", permission=permissions.UNIT_VIEW, done=checks.has_units, order=10)  # fmt: skip
    task("people", _l("Create the persons"), _l("One by one, or from a spreadsheet."),
         endpoint="people.people", permission=permissions.PERSON_EDIT, done=checks.has_people, order=20)  # fmt: skip
    task("roles", _l("Name supervisors and HR"), _l("The security administrator gives the roles."),
         endpoint="people.grants", permission=permissions.GRANT_VIEW, done=checks.has_heads, order=30)  # fmt: skip
    task("teams", _l("Form the customer teams"), _l("Each with leader, relationship manager, business manager, support."),
         endpoint="people.teams", permission=permissions.TEAM_VIEW, done=checks.has_teams, order=40)  # fmt: skip
    task("calendar", _l("Check the working-day calendar"),
         _l("Holidays are published until %(year)s. Set later years and your own days.", year=LAST_PUBLISHED_YEAR),
         endpoint="people.calendar", permission=permissions.CALENDAR_VIEW, done=checks.calendar_known, order=50)  # fmt: skip
    task("mail", _l("Connect the mail server"), _l("Set MAIL_URL in the environment of the server; until then mail goes to the log."),
         done=checks.mail_connected, order=90)  # fmt: skip
