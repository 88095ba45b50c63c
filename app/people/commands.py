"""Administration from the command line; passwords on standard input."""

import sys

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from app.core.actor import SYSTEM
from app.core.commandline import make_tables, plainly
from app.core.database import unit_of_work
from app.core.errors import Invalid
from app.core.permissions import GRANTED_ROLES, ROLES, TEAM_ROLES, permissions
from app.core.texts import text
from app.people import operations, queries
from app.people.models import ADMINISTRATORS
from app.people.rules import names, secrets
from app.people.rules import passwords as password_rules
from app.people.rules.vocabulary import institution_kinds, shipped

users = AppGroup("user", help="Accounts of persons.")
tokens = AppGroup("token", help="Keys for programs.")


def _read_passwords(count: int, prompts: list[str]) -> list[str]:
    """Passwords from the terminal, or one a line from a pipe; missing ones are made up (empty text)."""
    if sys.stdin.isatty():
        return [click.prompt(prompt, hide_input=True, confirmation_prompt=True) for prompt in prompts]
    lines = [line.rstrip("\r\n") for line in sys.stdin.readlines()[:count]]
    return lines + [""] * (count - len(lines))


def _account(username: str, name: str, unit_id: int, post: str, password: str) -> tuple[int, str]:
    """A person with the password, or with a one-time one when it is empty (then returned)."""
    made_up = secrets.new_password() if not password else ""
    if not made_up:
        faults = password_rules.faults(password, username=username, name=name)
        if faults:
            raise Invalid.many(faults)
    person_id = operations.create_person(
        SYSTEM,
        username=username,
        name=name,
        unit_id=unit_id,
        post=post,
        password_hash=operations.hashed(made_up or password),
        one_time=bool(made_up),
    )
    return person_id, made_up


@click.command("init")
@click.option("--name", "unit_name", default="", help="Name of the root unit (head office).")
@click.option("--code", default="HQ", show_default=True, help="Code of the root unit.")
@click.option("--kind", default="bank", show_default=True, type=click.Choice(sorted(institution_kinds())))
@click.option("--prefix", default="", help="Put before the administrators' user names.")
@with_appcontext
@plainly
def init(unit_name: str, code: str, kind: str, prefix: str) -> None:
    """Begin an empty institution with its three administrators, in a new database if need be.

    Passwords are asked for, or read from standard input, one a line, in the order system administrator, security
    administrator, auditor; for an empty line a one-time password is made and printed.
    """
    make_tables()
    typed = _read_passwords(3, [f"Password of {prefix}{role}" for role in ADMINISTRATORS])
    with unit_of_work():
        operations.found_institution(kind)
        level = shipped(kind, "level")[0]
        root = operations.place_unit(SYSTEM, code=code, name=unit_name or text(level.title), level=level.key)
        told = []
        for role, password in zip(ADMINISTRATORS, typed, strict=True):
            username = names.username(prefix + role)
            person_id, made_up = _account(username, username, root, "administrator", password)
            operations.grant_role(SYSTEM, person_id, role=role, unit_id=root)
            told.append(f"{role}: {username}" + (f"  one-time password: {made_up}" if made_up else ""))
    for line in told:
        click.echo(line)
    click.echo("Sign in as the system administrator; the page /admin leads on.")


@users.command("create")
@click.argument("username")
@click.option("--role", required=True, help=f"One of {', '.join(ROLES)}.")
@click.option("--name", default="", help="Name of the person; the user name when left out.")
@click.option("--unit", "unit_code", default="", help="Code of the unit; the root when left out.")
@click.option("--post", default="", help="Post; customer_manager or administrator when left out.")
@click.option(
    "--team",
    "team_id",
    type=int,
    default=None,
    help="Number of the team, for the four team roles; with one team it is that one.",
)
@with_appcontext
@plainly
def create_user(username: str, role: str, name: str, unit_code: str, post: str, team_id: int | None) -> None:
    """Create an account with a role. The password is read from standard input; without one it is made and printed."""
    if role not in ROLES:
        raise click.ClickException(f"unknown role {role}; one of {', '.join(ROLES)}")
    if role in TEAM_ROLES and team_id is None:
        teams = queries.teams_page(SYSTEM, limit=2).items
        if len(teams) != 1:
            raise click.ClickException(f"{role} is a role within a team: say which with --team NUMBER")
        team_id = teams[0].id
    password = _read_passwords(1, ["Password"])[0]
    with unit_of_work():
        unit_id = queries.unit_by_code(unit_code) if unit_code else queries.root_unit()
        if unit_id is None:
            raise click.ClickException(
                f"no unit {unit_code}" if unit_code else "run `flask init` first: there is no unit"
            )
        fitting = post or ("administrator" if role in ADMINISTRATORS else "customer_manager")
        person_id, made_up = _account(names.username(username), name or username, unit_id, fitting, password)
        if role in GRANTED_ROLES:
            operations.grant_role(SYSTEM, person_id, role=role, unit_id=unit_id)
        elif team_id is not None:
            operations.join_team(SYSTEM, team_id, person_id=person_id, role=role)
    click.echo(f"{names.username(username)} created" + (f"  one-time password: {made_up}" if made_up else ""))


@users.command("password")
@click.argument("username")
@with_appcontext
@plainly
def reset_user(username: str) -> None:
    """Give an account a one-time password and print it: the way back in when no administrator is left who could."""
    with unit_of_work():
        password = operations.reset_password(SYSTEM, _person(username))
    click.echo(password)


@tokens.command("create")
@click.argument("username")
@click.option("--name", default="command line", show_default=True, help="What the key is for.")
@with_appcontext
@plainly
def create_token(username: str, name: str) -> None:
    """Make a key for the API that acts with exactly the person's rights; prints only the key."""
    with unit_of_work():
        made = operations.create_token(SYSTEM, name=name, person_id=_person(username))
    click.echo(made.secret)


@click.command("permissions")
@with_appcontext
def list_permissions() -> None:
    """Print every permission with the roles that hold it and how far."""
    for each in permissions():
        held = ", ".join(f"{role} {scope.name.lower()}" for role, scope in sorted(each.roles.items()))
        click.echo(f"{each.name}\t{held}")


def _person(username: str) -> int:
    person_id = queries.person_by_username(names.username(username))
    if person_id is None:
        raise click.ClickException(f"no account {username}")
    return person_id


def register(app: Flask) -> None:
    """Add the commands to ``flask``."""
    app.cli.add_command(init)
    app.cli.add_command(users)
    app.cli.add_command(tokens)
    app.cli.add_command(list_permissions)
