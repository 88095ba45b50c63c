"""Units, people, teams and grants of the demonstration bank."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from app.core import clock
from app.core.actor import SYSTEM
from app.ops.demo.names import content, person_name
from app.people import operations as people

PASSWORD = "qiao-demo-2026"  # noqa: S105 - printed at every start; only demonstration data has it
NAMED = ("manager", "business", "support", "leader")
_GRADES = ("junior", "junior", "intermediate", "intermediate", "senior")


@dataclass
class DemoTeam:
    """A team as the simulation uses it: its members by role, its industries."""

    id: int
    unit: str
    industries: list[str]
    members: dict[str, int]


@dataclass
class Institution:
    """What has been built: unit ids by code, teams, supervisors by unit code."""

    units: dict[str, int] = field(default_factory=dict)
    teams: list[DemoTeam] = field(default_factory=list)
    supervisors: dict[str, int] = field(default_factory=dict)
    staff: list[int] = field(default_factory=list)


class Builder:
    """Founds the institution on the day ``founded``."""

    def __init__(self, rng: Random, founded: datetime) -> None:
        self.rng, self.founded = rng, founded
        self.made = Institution()
        self.hash = people.hashed(PASSWORD)
        self.names: set[str] = set()
        self.count = 0

    def build(self, teams: int | None = None) -> Institution:
        """Make everything; ``teams`` beyond those of the content are added round the sub-branches (larger sizes)."""
        with clock.at(self.founded):
            people.found_institution("bank")
            self._units()
            self._heads()
            self._teams(teams)
            self._outlets()
        return self.made

    def _units(self) -> None:
        for unit in content("names")["units"]:
            parent = self.made.units.get(unit.get("parent", ""))
            self.made.units[unit["code"]] = people.place_unit(
                SYSTEM, code=unit["code"], name=unit["name"], level=unit["level"], parent_id=parent
            )

    def person(self, unit: str, post: str, grade: str | None = None, username: str | None = None) -> int:
        """One more employee with an account; the account is ``u001``, ``u002`` … unless named."""
        self.count += 1
        name = person_name(self.rng)
        while name in self.names and len(self.names) < 5000:
            name = person_name(self.rng)
        self.names.add(name)
        hired = self.founded.date() - timedelta(days=self.rng.randrange(120, 3600))
        if grade == "trainee":
            hired = self.founded.date()
        person = people.create_person(
            SYSTEM,
            username=username or f"u{self.count:03d}",
            name=name,
            staff_number=f"{260000 + self.count}",
            hired_on=date(hired.year, hired.month, min(hired.day, 28)),
            unit_id=self.made.units[unit],
            post=post,
            grade=grade,
            day=self.founded.date(),
            password_hash=self.hash,
        )
        self.made.staff.append(person)
        return person

    def grant(self, person: int, role: str, unit: str) -> None:
        """A role over a unit and all below it."""
        people.grant_role(SYSTEM, person, role=role, unit_id=self.made.units[unit])

    def _heads(self) -> None:
        for role, unit in (("sysadmin", "HO"), ("secadmin", "HO"), ("auditor", "HO")):
            home = {"sysadmin": "DJ-IT", "secadmin": "DJ-IT", "auditor": "DJ-AU"}[role]
            self.grant(self.person(home, "administrator", None, role), role, unit)
        self.grant(self.person("DJ-HR", "hr_officer", None, "hr"), "hr", "HO")
        self.grant(self.person("DJ-HR", "hr_officer"), "hr", "DJ")
        for _number in range(2):
            self.grant(self.person("DJ-RM", "risk_officer", "senior"), "risk", "DJ")
        self.grant(self.person("DJ", "branch_manager", "director"), "supervisor", "DJ")
        for code in ("BJ", "LC", "GX", "GK"):
            head = self.person(code, "branch_manager", "director", "supervisor" if code == "BJ" else None)
            self.grant(head, "supervisor", code)
            self.made.supervisors[code] = head
            self.person(code, "deputy_branch_manager", "senior")
        for _number in range(2):
            self.person("DJ-PD", "product_manager", "intermediate")

    def _teams(self, wanted: int | None) -> None:
        plans = list(content("names")["teams"])
        number = 0
        while wanted is not None and len(plans) < wanted:
            number += 1
            model = plans[number % 8]
            plans.append({**model, "name": f"{model['name']}{number + 1}"})
        for place, plan in enumerate(plans):
            self._team(plan["name"], plan["unit"], plan["industries"], named=place == 0)

    def _team(self, name: str, unit: str, industries: list[str], *, named: bool) -> None:
        team = people.create_team(
            SYSTEM, name=name, unit_id=self.made.units[unit], industry=industries[0] if industries else "commerce"
        )
        members = {}
        for role in ("leader", "relationship", "business", "support"):
            account = {"relationship": "manager"}.get(role, role) if named else None
            post = "assistant" if role == "support" else "customer_manager"
            grade = "senior" if role == "leader" else self.rng.choice(_GRADES)
            members[role] = self.person(unit, post, grade, account)
            people.join_team(SYSTEM, team, person_id=members[role], role=role, day=self.founded.date())
        self.made.teams.append(DemoTeam(team, unit, industries, members))

    def _outlets(self) -> None:
        trainee = self.person("BJ1", "customer_manager", "trainee", "trainee")
        self.grant(trainee, "trainee", "BJ")
        for code in ("LC", "GX", "GK"):
            self.grant(self.person(f"{code}1", "customer_manager", "trainee"), "trainee", code)
        for code in ("BJ2", "LC2", "GX2", "GK2"):
            self.person(code, "lobby_manager", "junior")
        for code in ("BJ3", "LC1"):
            self.person(code, "wealth_manager", "intermediate")
