"""What every test stands on. The parts are in tests/support, one thing a file."""

import os

import pytest
from hypothesis import HealthCheck, settings

REQUIRE_ALL = os.environ.get("QIAO_REQUIRE_ALL") == "1"
"""Set by CI, which has PostgreSQL and a browser: whatever would be skipped fails."""

# the shell's own settings never reach the product under test
for name in list(os.environ):
    if (
        name in {"DATABASE_URL", "SECRET_KEY", "PORT", "REDIS_URL", "MAIL_URL"}
        or name.startswith("QIAO_")
        and name != "QIAO_REQUIRE_ALL"
    ):
        del os.environ[name]

settings.register_profile("qiao", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("qiao")

pytest_plugins = [
    "tests.support.engines",
    "tests.support.guards",
    "tests.support.application",
    "tests.support.moments",
    "tests.support.statements",
    "tests.support.browser",
]

BOTH_ENGINES = ("test_models_", "test_operations_", "test_queries_")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests of the data layer run on both engines, by the name of their file or by mark."""
    if "engine_name" not in metafunc.fixturenames:
        return
    both = metafunc.definition.path.name.startswith(BOTH_ENGINES)
    if both or metafunc.definition.get_closest_marker("both_engines"):
        metafunc.parametrize("engine_name", ["sqlite", "postgresql"], indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with a real browser are marked as such, and one worker serves the institution for all of them."""
    for item in items:
        if "demo_server" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
            item.add_marker(pytest.mark.xdist_group("browser"))
            item.user_properties.append(("browser", "yes"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """With QIAO_REQUIRE_ALL=1 a skipped test is a failed one."""
    report = yield
    if report.skipped and REQUIRE_ALL and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, but QIAO_REQUIRE_ALL=1: {call.excinfo and call.excinfo.value}"
    return report
