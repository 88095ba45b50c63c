"""What people of the demonstration bank type into each step of a sale, from its story."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from app.ops.demo.customers import Known
from app.ops.demo.names import content, person_name


@dataclass
class Sale:
    """One sale of the simulation: its story, customer and figures, and how far it is to go."""

    story: dict[str, Any]
    customer_id: int
    name: str
    boss: str
    amount: Decimal
    team_id: int
    owner_id: int
    stop_at: str | None = None
    fate: str = "won"
    fate_step: str = ""
    detours: int = 0
    opportunity_id: int = 0
    run_id: int = 0
    stalls: bool = False

    def words(self, raw: Any, rng: Random) -> str:
        """A text of the story (one of its variants) about this customer."""
        chosen = rng.choice(raw) if isinstance(raw, list) else raw
        wan = f"{self.amount / 10000:,.0f}"
        return str(chosen).format(name=self.name, boss=self.boss, wan=wan)


def plan(rng: Random, story: dict[str, Any], customer: Known, team_id: int, owner_id: int) -> Sale:
    """A sale to ``customer`` with an amount of the story's range, in yuan."""
    low, high = story["amounts"]
    wan = rng.randrange(low, high, 10)
    boss = customer.name if story["kind"] == "person" else person_name(rng)
    return Sale(story, customer.id, customer.name, boss, Decimal(wan * 10000), team_id, owner_id)


def fields_of(step: str, sale: Sale, rng: Random, today: date) -> dict[str, Any]:
    """The fields of one step, as its form would send them."""
    make = _FIELDS.get(step)
    return make(sale, rng, today) if make else {}


def _told(*pairs: tuple[str, str]) -> Any:
    """A step whose fields are texts of the story: ``(field, key in the story)``."""

    def make(sale: Sale, rng: Random, today: date) -> dict[str, Any]:
        return {field: sale.words(sale.story[key], rng) for field, key in pairs}

    return make


def _plan_visit(sale: Sale, rng: Random, today: date) -> dict[str, Any]:
    told = _told(("aim", "aim"), ("meet", "meet"), ("questions", "questions"))(sale, rng, today)
    return {**told, "visit_planned_on": (today + timedelta(days=2)).isoformat()}


def _visit(sale: Sale, rng: Random, today: date) -> dict[str, Any]:
    story = sale.story
    visit = {
        "place": sale.words(story["place"], rng),
        "people": sale.words(story["meet"], rng),
        "said": sale.words(story["said"], rng),
    }
    return {
        "visits": [visit],
        "report": sale.words(story["report"], rng),
        "agreed_next": sale.words(story["agreed"], rng),
    }


def products_of(sale: Sale) -> list[dict[str, str]]:
    """The product combination of the story with its share of the amount."""
    rows = []
    for code, share, price, need in sale.story["plan"]:
        amount = (sale.amount * Decimal(str(share))).quantize(Decimal("0.01"))
        rows.append({"product": code, "amount": str(amount or Decimal("0.00")), "price": price, "need": need})
    return rows


def _design(sale: Sale, rng: Random, today: date) -> dict[str, Any]:
    return {"products": products_of(sale), **_told(("benefit", "benefit"), ("risk", "risk"))(sale, rng, today)}


def _discuss(sale: Sale, rng: Random, today: date) -> dict[str, Any]:
    return {
        "reaction": sale.words(sale.story["reaction"], rng),
        "acceptance": rng.choice(["mostly", "partly", "undecided"]),
    }


def _objections(sale: Sale, rng: Random, today: date) -> dict[str, Any]:
    rows = [
        {"type": kind, "words": words, "answer": answer, "result": rng.choice(["resolved", "resolved", "accepted"])}
        for kind, words, answer in sale.story["objections"]
    ]
    return {"objections": rows, "signal": sale.words(sale.story["signal"], rng)}


def _terms(sale: Sale, rng: Random, today: date) -> dict[str, Any]:
    return {
        "amount": str(sale.amount),
        "expected_on": (today + timedelta(days=14)).isoformat(),
        "terms": sale.words(sale.story["terms"], rng),
        "case": sale.words(sale.story["case"], rng),
    }


def _opinion(sale: Sale, rng: Random, today: date) -> dict[str, Any]:
    return {"opinion": sale.words(sale.story["case"], rng)}


def _sign(sale: Sale, rng: Random, today: date) -> dict[str, Any]:
    return {
        "signed_on": today.isoformat(),
        "contract_number": f"JH{today:%Y%m%d}-{rng.randrange(1000, 9999)}",
        "conditions_met": sale.words(sale.story["conditions"], rng),
    }


def _service_plan(sale: Sale, rng: Random, today: date) -> dict[str, Any]:
    who = content("names")["visitors"]
    rows = [
        {"visit_on": (today + timedelta(days=30 * (n + 1))).isoformat(), "purpose": purpose, "who": rng.choice(who)}
        for n, purpose in enumerate(sale.story["purposes"])
    ]
    return {"schedule": rows, "handover": sale.words(sale.story["handover"], rng)}


def _follow_up(sale: Sale, rng: Random, today: date) -> dict[str, Any]:
    told = _told(("customer_words", "customer_words"), ("added_value", "added_value"), ("new_need", "new_need"))
    satisfaction = rng.choices(["very_satisfied", "satisfied", "neutral", "dissatisfied"], [4, 5, 2, 1])[0]
    return {"satisfaction": satisfaction, **told(sale, rng, today)}


def _review(sale: Sale, rng: Random, today: date) -> dict[str, Any]:
    told = _told(("won_by", "won_by"), ("nearly_lost_by", "nearly_lost_by"), ("next_time", "next_time"))
    steps = ["preparation", "approach", "situation", "presenting", "objections", "closing", "after_sales"]
    return {
        **told(sale, rng, today),
        "decisive_step": rng.choice(steps),
        "teaching": rng.choice(["none", "team", "all"]),
    }


_FIELDS: dict[str, Any] = {
    "prepare": _told(
        ("territory", "territory"), ("prospect", "prospect"), ("competitors", "competitors"), ("opening", "opening")
    ),
    "plan_visit": _plan_visit,
    "visit": _visit,
    "survey": _told(("present", "present"), ("future", "future"), ("latent", "latent"), ("deciders", "deciders")),
    "design": _design,
    "discuss": _discuss,
    "objections": _objections,
    "terms": _terms,
    "decide": _opinion,
    "decide_unit": _opinion,
    "sign": _sign,
    "service_plan": _service_plan,
    "follow_up": _follow_up,
    "review": _review,
}
