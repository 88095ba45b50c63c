"""The environment: what is unknown or unusable ends the start with one sentence, without telling secrets."""

import pytest

from app.core.settings import SettingsError, from_environment
from app.core.wiring import engine_options


def test_what_is_not_said_has_its_default():
    config = from_environment({"HOME": "/", "QIAO_PROXIES": "1"})
    assert (config["PROXIES"], config["IDLE_MINUTES"], config["DATABASE_URL"]) == (1, 30, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QIAO_FOO", "1"),
        ("QIAO_PROXIES", "x"),
        ("QIAO_PROXIES", "9"),
        ("QIAO_HTTPS", "maybe"),
        ("QIAO_LOG_LEVEL", "LOUD"),
    ],
)
def test_unknown_names_and_bad_values_are_named(name, value):
    with pytest.raises(SettingsError, match=name):
        from_environment({name: value})


@pytest.mark.parametrize(
    "url",
    [
        "foo",
        "mysql://qiao:secret@host/qiao",
        "postgresql+psycopg2://qiao:secret@host/qiao",
        "postgresql+psycopg://h:secret/x",
        "",
    ],
)
def test_a_database_that_cannot_be_used_is_said_without_its_password(url):
    with pytest.raises(SettingsError, match="DATABASE_URL") as refusal:
        engine_options(url)
    assert "secret" not in str(refusal.value)
