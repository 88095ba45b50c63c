"""Administration from the command line."""

import pytest
from sqlalchemy import select

from app.core.database import session
from app.people import queries
from app.people.models import Person
from app.people.operations import passwords
from tests.factories import people as make

pytestmark = pytest.mark.usefixtures("database")


def run(app, *arguments: str, typed: str = ""):
    session.commit()
    session.remove()
    return app.test_cli_runner().invoke(args=list(arguments), input=typed)


def account(username: str) -> Person:
    return session.scalars(select(Person).where(Person.username == username)).one()


def test_an_empty_institution_with_three_administrators(app) -> None:
    answer = run(app, "init", typed="first good password\nsecond good password\n\n")
    assert answer.exit_code == 0, answer.output
    assert "one-time password" in answer.output
    assert answer.output.count("one-time password:") == 1
    assert passwords.fits(account("sysadmin").password_hash, "first good password")
    assert account("auditor").must_change_password
    assert not account("sysadmin").must_change_password
    for role in ("sysadmin", "secadmin", "auditor"):
        assert make.actor(account(role)).roles == {"staff", role}
        assert len(queries.administrators(role)) == 1
    assert queries.unit_for(make.actor(account("sysadmin")), queries.root_unit()).level == "head_office"
    again = run(app, "init", typed="\n\n\n")
    assert again.exit_code == 1
    assert len(again.output.strip().splitlines()) == 1


def test_a_weak_password_begins_nothing(app) -> None:
    answer = run(app, "init", typed="short\n\n\n")
    assert answer.exit_code == 1
    assert len(answer.output.strip().splitlines()) == 1
    assert session.scalar(select(Person.id)) is None


@pytest.mark.parametrize("kind", ["bank", "post", "telecom", "securities", "insurance"])
def test_each_kind_of_institution_begins(app, kind: str) -> None:
    assert run(app, "init", "--kind", kind).exit_code == 0
    assert queries.institution().kind == kind


def test_creating_users_with_roles(app) -> None:
    run(app, "init")
    answer = run(app, "user", "create", "Zhao", "--role", "hr", "--name", "赵敏", typed="a quite good password\n")
    assert answer.exit_code == 0, answer.output
    assert "password" not in answer.output
    person = account("zhao")
    assert person.name == "赵敏"
    assert make.actor(person).roles == {"staff", "hr"}
    team = make.create_team()
    number = str(team.id)
    assert run(app, "user", "create", "qian", "--role", "leader", "--team", number).exit_code == 0
    assert make.actor(account("qian")).roles == {"staff", "leader"}
    assert run(app, "user", "create", "sun", "--role", "staff").exit_code == 0
    assert run(app, "user", "create", "li", "--role", "relationship").exit_code == 0, "the only team is meant"
    assert make.actor(account("li")).team_ids == {int(number)}


@pytest.mark.parametrize(
    "arguments",
    [
        ("zhao", "--role", "king"),
        ("zhao", "--role", "leader"),
        ("sysadmin", "--role", "hr"),
        ("zhao", "--role", "hr", "--unit", "NOWHERE"),
        ("Z Z", "--role", "hr"),
        ("zhao", "--role", "hr", "--post", "king"),
    ],
)
def test_bad_users_are_one_line_and_a_code(app, arguments: tuple[str, ...]) -> None:
    run(app, "init")
    answer = run(app, "user", "create", *arguments, typed="a quite good password\n")
    assert answer.exit_code == 1
    assert len(answer.output.strip().splitlines()) == 1
    assert session.scalar(select(Person.id).where(Person.username == "zhao")) is None


def test_a_token_is_all_that_is_printed(app) -> None:
    person = make.create_person(username="zhao").id
    answer = run(app, "token", "create", "zhao")
    assert answer.exit_code == 0
    (line,) = answer.output.splitlines()
    assert queries.person_for_token(line).person_id == person
    missing = run(app, "token", "create", "nobody")
    assert missing.exit_code == 1
    assert len(missing.output.strip().splitlines()) == 1


def test_the_way_back_in(app) -> None:
    make.create_person(username="zhao")
    answer = run(app, "user", "password", "zhao")
    assert answer.exit_code == 0
    assert passwords.fits(account("zhao").password_hash, answer.output.strip())


def test_the_list_of_permissions_is_in_order(app) -> None:
    lines = run(app, "permissions").output.splitlines()
    assert lines == sorted(lines)
    assert any(line.startswith("people:grant:edit\tsecadmin unit") for line in lines)
