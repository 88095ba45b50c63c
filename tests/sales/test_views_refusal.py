"""A refused step comes back to the page it was sent from, with everything that was typed."""

from tests.factories import sales as factory


def test_the_opportunity_page_keeps_what_was_typed(client):
    bank = factory.create_bank()
    opportunity = factory.create_opportunity(bank)
    client.sign_in(bank.manager)
    page = client.page(f"/sales/opportunities/{opportunity.id}")
    answer = client.submit(
        page, "form[action$='/complete']", status=422, data={"fields.territory": "West of the river", "outcome": "done"}
    )
    assert answer.css(".q-track")
    assert opportunity.title in answer.text("h1")
    assert answer.form("form[action$='/complete']")["fields.territory"] == "West of the river"
