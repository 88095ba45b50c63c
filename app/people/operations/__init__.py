"""All writes of people, named with verbs. Each takes the actor first and commits nothing."""

from app.people.operations.absences import end_absence, record_absence
from app.people.operations.grants import grant_role, revoke_role
from app.people.operations.imports import run_import
from app.people.operations.institution import change_kind, found_institution, set_calendar_day, set_term
from app.people.operations.leaving import close_leavers, leave_institution
from app.people.operations.passwords import change_password, hashed, reset_password, set_password
from app.people.operations.persons import (
    create_person,
    lock_account,
    post_person,
    unlock,
    update_person,
    update_profile,
)
from app.people.operations.resets import ask_reset, confirm_reset, withdraw_reset
from app.people.operations.sessions import end_session, end_sessions_of, sign_out
from app.people.operations.settings import change_setting, reset_setting
from app.people.operations.teams import close_team, create_team, join_team, leave_team, update_team
from app.people.operations.tokens import create_token, revoke_token, token_used
from app.people.operations.units import close_unit, move_unit, place_unit, rename_unit, reopen_unit

__all__ = [
    "ask_reset",
    "change_kind",
    "change_password",
    "change_setting",
    "close_leavers",
    "close_team",
    "close_unit",
    "confirm_reset",
    "create_person",
    "create_team",
    "create_token",
    "end_absence",
    "end_session",
    "end_sessions_of",
    "found_institution",
    "grant_role",
    "hashed",
    "join_team",
    "leave_institution",
    "leave_team",
    "lock_account",
    "move_unit",
    "place_unit",
    "post_person",
    "record_absence",
    "rename_unit",
    "reopen_unit",
    "reset_password",
    "reset_setting",
    "revoke_role",
    "revoke_token",
    "run_import",
    "set_calendar_day",
    "set_password",
    "set_term",
    "sign_out",
    "token_used",
    "unlock",
    "update_person",
    "update_profile",
    "update_team",
    "withdraw_reset",
]
