"""The shipped kinds are published at set-up, and the lists say which way each goes."""

from app.work.queries.kinds import kinds_for
from app.workflow import operations as workflow
from tests.factories import people


def test_every_shipped_kind_is_published_and_goes_its_way(database):
    workflow.sync_seeds()
    actor = people.actor(people.create_person())
    assigned = {kind.key for kind in kinds_for(actor, "assigned")}
    raised = {kind.key for kind in kinds_for(actor, "raised")}
    assert {"work_task", "work_call_back", "work_visit", "work_study", "work_report", "work_dossier_check"} <= assigned
    assert {
        "work_service_request", "work_info_report", "work_customer_opinion", "work_product_idea", "work_market_info",
        "work_competitor_info", "work_project", "work_coordination", "work_risk_suggestion",
    } <= raised  # fmt: skip
    assert not assigned & raised
