"""What comes with an address or a plain form, without what no database stores."""

import pytest

from tests.factories import people


def test_texts_have_no_nul_and_numbers_are_not_too_large(app):
    with app.test_request_context("/?q=a%00b&n=12&big=99999999999999999999", method="POST", data={"why": "x\x00y"}):
        from flask import request

        assert (request.args.get("q"), request.args["q"], request.values.get("q")) == ("a\ufffdb",) * 3
        assert request.args.get("n", type=int) == 12
        assert request.args.get("big", type=int) is None and request.args.get("big", 7, type=int) == 7
        assert request.form.get("why") == "x\ufffdy"
        assert request.form.getlist("why") == ["x\x00y"], "a form of the house refuses it at its field"


@pytest.mark.parametrize("wrong", ["%00", "a%00b", "9" * 30, "-" + "9" * 30])
@pytest.mark.parametrize(
    "address",
    [
        "/admin/erasures/new?q={0}&username={0}", "/work/routines/templates/leader?unit={0}", "/sales/accompanied?person={0}&state={0}",
        "/work/log/team?person={0}", "/work/kinds/new?from={0}", "/work/reports?q={0}&kind={0}", "/team?team={0}&process={0}",
    ],
)  # fmt: skip
def test_addresses_with_such_values_are_answered(app, client, address, wrong):
    person = people.create_person(role="hr")
    for role in ("supervisor", "sysadmin"):
        people.grant(person, role)
    client.sign_in(person)
    assert client.get(address.format(wrong)).status_code < 500
