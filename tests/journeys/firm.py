"""The served institution as tests prepare it: customers and sales brought, through the API, to where a test begins."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.api.carrying import hand_in
from tests.journeys.answers import doer
from tests.journeys.colleague import fresh_name
from tests.journeys.remote import Remote
from tests.support.server import Server

KEYS = "keys.json"
"""Beside the database: the accounts' keys for the API."""


@dataclass(frozen=True, slots=True)
class Sale:
    """An opportunity of the accounts' team, under a title that no other has."""

    id: int
    run_id: int
    title: str
    customer_id: int
    customer: str

    @property
    def path(self) -> str:
        """Its page."""
        return f"/sales/opportunities/{self.id}"


class Firm:
    """Its programs by account, and quick ways to customers and sales."""

    def __init__(self, server: Server) -> None:
        self.server = server
        keys: dict[str, str] = json.loads((Path(server.folder) / KEYS).read_text(encoding="utf-8"))
        self._programs = {name: Remote(server.url, key) for name, key in keys.items()}
        officers = sorted(name for name in keys if name.startswith("u"))
        self.usernames = dict(zip(("risk", "another risk"), officers, strict=True))

    def program(self, account: str) -> Remote:
        """The program that acts for an account."""
        return self._programs[self.usernames.get(account, account)]

    def customer(self, name: str = "") -> dict[str, Any]:
        """A new firm held by the manager."""
        found: dict[str, Any] = self.program("manager").post(
            "/customers", {"name": name or fresh_name(), "kind": "company"}, status=201
        )
        return found

    def sale(self, until: str = "prepare", *, amount: str = "3000000.00", name: str = "") -> Sale:
        """A new sale, carried on by its ordinary way until a step waits."""
        customer = self.customer(name)
        title = f"续贷不过桥 {customer['name'][:3]}"
        body = {"customer_id": customer["id"], "title": title, "amount": amount}
        made = self.program("manager").post("/opportunities", body, status=201)
        sale = Sale(made["id"], made["run_id"], title, customer["id"], customer["name"])
        while (turn := self.waiting(sale))["step"] != until:
            self.complete(sale, turn)
        return sale

    def waiting(self, sale: Sale) -> dict[str, Any]:
        """The turn of a sale that waits."""
        run = self.program("manager").get(f"/runs/{sale.run_id}")
        return next(turn for turn in run["turns"] if turn["state"] == "waiting")

    def complete(self, sale: Sale, turn: dict[str, Any]) -> dict[str, Any]:
        """Carry out a turn as the one whose it is; answers the run."""
        program = self.program(doer(turn["step"]))
        run: dict[str, Any] = hand_in(program, program.get(f"/turns/{turn['id']}"))  # type: ignore[arg-type]
        return run

    def close(self, sale: Sale) -> None:
        """Close a sale as lost."""
        answer = {"result": "lost", "reason": "faster"}
        self.program("manager").post(f"/opportunities/{sale.id}/close", answer)

    def number(self, query: str, *given: Any) -> int:
        """A number out of the database, for things that no door tells."""
        with closing(sqlite3.connect(Path(self.server.folder) / "qiao.db")) as connection:
            return int(connection.execute(query, given).fetchone()[0])
