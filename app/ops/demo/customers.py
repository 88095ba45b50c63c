"""Customers of the demonstration bank: firms of each team's industries, and private persons."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from app.core import clock
from app.core.actor import SYSTEM
from app.customers import operations as customers
from app.ops.demo.institution import DemoTeam, Institution
from app.ops.demo.names import address, firm_name, identity, person_name, phone

TIERS = (("private", 6_000_000), ("diamond", 2_000_000), ("gold", 500_000), ("silver", 100_000), ("basic", 0))


@dataclass(frozen=True, slots=True)
class Known:
    """A customer as the simulation knows it; ``industry`` is empty for private persons."""

    id: int
    name: str
    industry: str
    tier: str
    holder_id: int


FIRMS = 0.25
"""Share of customers that are firms, schools or hospitals; those get the opportunities first."""


def load(
    rng: Random, institution: Institution, count: int, day: datetime, between: Callable[[], None]
) -> dict[int, list[Known]]:
    """Add ``count`` customers; returns for each team its own, firms first."""
    rows, owners = [], []
    for number in range(count):
        team = institution.teams[number % len(institution.teams)]
        row = _row(rng, team, number, day, institution)
        rows.append(row)
        owners.append((row["team_id"], row["name"], row["industry"], row["tier"], row["holder_id"]))
    with clock.at(day):
        done = customers.import_customers(SYSTEM, rows, between=between)
    if done.faults:
        raise ValueError(f"demonstration customers were refused: {done.faults[:3]}")
    found: dict[int, list[Known]] = {team.id: [] for team in institution.teams}
    for customer_id, (team_id, name, industry, tier, holder) in zip(done.ids, owners, strict=True):
        if team_id is not None:  # those in the open pool are nobody's to sell to
            found[team_id].append(Known(customer_id, name, industry, tier, holder))
    for listed in found.values():
        listed.sort(key=lambda c: (not c.industry, c.id))
    return found


def _row(rng: Random, team: DemoTeam, number: int, day: datetime, institution: Institution) -> dict[str, Any]:
    industry = rng.choice(team.industries) if team.industries and rng.random() < FIRMS else ""
    wealth = int(10 ** min(7.2, 3.0 + rng.expovariate(1.15)))
    tier = next(name for name, least in TIERS if wealth >= least)
    kind = {"school": "institution", "hospital": "institution"}.get(industry, "company") if industry else "person"
    pool = rng.random() < 0.04
    return {
        "number": f"C{number + 1:07d}",
        "name": firm_name(rng, industry) if industry else person_name(rng),
        "kind": kind,
        "industry": industry,
        "tier": tier,
        "asset_value": str(Decimal(wealth).quantize(Decimal("0.01"))),
        "phone": phone(rng),
        "identity": identity(rng) if kind == "person" else "",
        "address": address(rng),
        "unit_id": institution.units[team.unit],
        "holder_id": None if pool else _holder(rng, team),
        "team_id": None if pool else team.id,
        "since": (day - timedelta(days=rng.randrange(0, 60))).date(),
        "origin": "existing",
    }


def _holder(rng: Random, team: DemoTeam) -> int:
    return team.members["relationship" if rng.random() < 0.75 else "leader"]
