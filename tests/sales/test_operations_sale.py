"""The whole sale by its operations: eight stages, four people, one decision."""

from app.core.database import session
from tests.factories import sales


def test_a_sale_goes_through_all_eight_stages(database, frozen_clock):
    bank = sales.create_bank()
    opportunity = sales.create_opportunity(bank, amount="500000.00")
    done = sales.carry(bank, opportunity)
    assert done == [
        "prepare", "plan_visit", "visit", "survey", "design", "discuss", "objections", "terms", "decide", "sign",
        "service_plan", "follow_up", "review",
    ]  # fmt: skip
    run = sales.open_run(opportunity, bank.manager)
    assert (run.run.state, run.run.end) == ("success", "won")
    session.refresh(opportunity)
    assert str(opportunity.amount) == "3000000.00"
