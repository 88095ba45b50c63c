"""From scope to rows: the one function behind every list, page, search, export and API answer."""

from sqlalchemy import column
from sqlalchemy.dialects import sqlite

from app.core.actor import SYSTEM, Actor, Granted, Scope
from app.core.scopes import visible

PERSON, TEAM, UNIT = column("person"), column("team"), column("unit")


def clause(actor: Actor) -> str:
    found = visible(actor, "x:y:z", person=PERSON, team=TEAM, unit=UNIT)
    return str(found.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))


def holder(level: Scope, **other) -> Actor:
    granted = Granted(level, other.pop("units", frozenset()), other.pop("teams", frozenset()))
    return Actor(id=5, grants={"x:y:z": granted}, **other)


def test_without_the_permission_nothing_is_seen():
    assert clause(Actor(id=5)) in {"0", "false", "0 = 1"}


def test_self_sees_its_own_and_that_of_those_it_stands_in_for():
    assert clause(holder(Scope.SELF, stands_in_for=frozenset({9}))) == "person IN (5, 9)"


def test_a_team_scope_includes_one_s_own():
    assert clause(holder(Scope.TEAM, teams=frozenset({3}))) == "person IN (5) OR team IN (3)"


def test_a_team_in_which_the_permission_is_not_held_is_not_reached():
    actor = holder(Scope.TEAM, teams=frozenset({3}), team_ids=frozenset({3, 4}))
    assert clause(actor) == "person IN (5) OR team IN (3)"


def test_a_unit_scope_includes_team_and_own():
    actor = holder(Scope.UNIT, teams=frozenset({3}), units=frozenset({1, 2}))
    assert clause(actor) == "person IN (5) OR team IN (3) OR unit IN (1, 2)"


def test_all_and_the_system_see_everything():
    assert clause(holder(Scope.ALL)) == clause(SYSTEM)
    assert clause(SYSTEM) in {"1", "true", "1 = 1"}
