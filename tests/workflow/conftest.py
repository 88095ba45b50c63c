"""The scenery of the tiny processes, new for each test."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.factories import people, workflow


@pytest.fixture(autouse=True)
def _scenery() -> Iterator[None]:
    workflow.set_up()
    yield
    workflow.scenery.clear()


@dataclass(frozen=True)
class Crew:
    """Four people of one team, and the head of its unit."""

    unit: int
    team: int
    writer: int
    other: int
    decider: int
    head: int
    stranger: int


@pytest.fixture
def crew(database: object) -> Crew:
    """People in the lanes of the tiny process "deciding", and a stranger who is in none."""
    unit = people.create_unit(parent=people.root())
    writer, other, decider = (people.create_person(unit=unit) for _ in range(3))
    team = people.create_team(unit=unit, relationship=writer, support=other, leader=decider)
    head = people.create_person(unit=unit, role="supervisor")
    stranger = people.create_person(unit=people.create_unit(parent=people.root()))
    workflow.cast(writers=[writer.id], deciders=[decider.id], heads=[head.id])
    return Crew(unit.id, team.id, writer.id, other.id, decider.id, head.id, stranger.id)
