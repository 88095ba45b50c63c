"""Accompanied visits, for tests: planned, and carried on by the two who take part."""

from typing import Any

from app.core import clock
from app.core.database import session
from app.people.models import Person
from app.sales import operations
from app.sales.models import AccompaniedVisit
from app.workflow import operations as workflow
from app.workflow.queries import open_run, open_turn
from app.workflow.queries.runs import turns_of
from tests.factories import people, sales

SKILLS = ("territory_reading", "dossier_building", "competitor_watching", "tool_readiness")
"""The skills of the sale's first step."""
FIELDS: dict[str, dict[str, Any]] = {
    "plan": {"aim": "约到老板本人", "focus": ["dossier_building"], "way": "先问回款，再谈续贷。"},
    "agree": {"watch": "看开场三分钟；合规问题才开口。"},
    "coach": {
        "scores": [{"skill": skill, "score": f"s{n % 5 + 1}", "seen": "看到的"} for n, skill in enumerate(SKILLS)],
        "strength": "开场问得好。",
        "practise": "追问金额。",
    },
    "acknowledge": {"will_do": "每次拜访前写三个问题"},
}


def report(who: str) -> dict[str, str]:
    """A report that says whose it is."""
    return {
        "happened": f"{who}看到的经过",
        "went_well": f"{who}说好的一刻",
        "otherwise": f"{who}说重来",
        "promised": f"{who}记的下一步",
    }


def plan(
    bank: sales.Bank, *, by: Person | None = None, trainee: Person | None = None, **given: Any
) -> AccompaniedVisit:
    """The supervisor accompanies the relationship manager, today."""
    if "customer_id" not in given:
        given["customer_id"] = sales.create_customer(bank).id
    return operations.plan_accompanied(
        people.actor(by or bank.supervisor),
        trainee_id=(trainee or bank.manager).id,
        **{"step": "prepare", "day": clock.today(), **given},
    )


def turn_of(visit: AccompaniedVisit, person: Person) -> Any:
    """The waiting step that is this person's, as they see it."""
    actor = people.actor(person)
    assert visit.run_id is not None
    for line in turns_of(open_run(actor, visit.run_id)):
        opened = open_turn(actor, line.id)
        if opened.turn.waiting and person.id in (opened.turn.assignee, opened.turn.member, *opened.turn.candidates):
            return opened
    raise AssertionError(f"nothing waits for {person.name}")


def do(visit: AccompaniedVisit, person: Person, outcome: str = "done", reason: str = "", **fields: Any) -> str:
    """The person does what waits for them; answers the step's key."""
    turn = turn_of(visit, person)
    key = str(turn.step.key)
    typed = fields or (report(person.name) if key == "report" else FIELDS[key])
    workflow.complete(
        people.actor(person),
        turn.turn_id,
        outcome=outcome,
        fields=typed,
        checklist=[item.key for item in turn.step.checklist],
        reason=reason,
    )
    session.flush()
    return key


def carry(bank: sales.Bank, visit: AccompaniedVisit, until: str | None = None) -> None:
    """Carry a visit on until a step waits, or to its end."""
    for key, person in (
        ("plan", bank.manager), ("agree", bank.supervisor), ("report", bank.manager), ("report", bank.supervisor),
        ("coach", bank.supervisor), ("acknowledge", bank.manager),
    ):  # fmt: skip
        if key == until:
            return
        assert do(visit, person) == key


def carry_on(bank: sales.Bank, visit: AccompaniedVisit) -> None:
    """From the scores to the end."""
    do(visit, bank.supervisor)
    do(visit, bank.manager)
