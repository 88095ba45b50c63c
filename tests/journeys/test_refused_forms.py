"""What was refused is seen: the page opens at the first field that is wrong, however long it is."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_long_form_opens_at_what_is_wrong_with_it(colleague, width):
    page = colleague("hr", width=width).go("/work/notices/new")
    page.locator("[name=title]").fill("请在月底前完成反诈宣传自查")
    page.locator("[name=body]").fill("逐项对照清单自查，留存照片。")
    page.locator("form.q-form button.btn-primary").last.click()
    error = page.locator("main .q-error").first
    expect(error).to_be_in_viewport()
