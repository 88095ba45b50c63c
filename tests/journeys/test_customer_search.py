"""Searching customers while typing: filters stay, and what is exported then is what is seen."""

import re

import pytest
from playwright.sync_api import expect
from python_calamine import load_workbook

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]


def test_what_was_typed_is_what_is_exported(colleague):
    page = colleague("supervisor").go("/customers?sort=number")
    names = page.locator("#customers-rows td.q-main-cell a")
    wanted = names.nth(3).inner_text()
    page.locator("input[name=q]").press_sequentially(wanted)
    expect(page).to_have_url(re.compile("sort=number"))
    expect(page).to_have_url(re.compile("q="))
    expect(names.first).to_contain_text(wanted)
    seen = {name.strip() for name in names.all_inner_texts()}
    with page.expect_download() as taken:
        page.get_by_role("button", name="导出").click()
    rows = load_workbook(taken.value.path()).get_sheet_by_index(0).to_python()
    assert {row[1] for row in rows[1:]} == seen
