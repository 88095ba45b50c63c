"""Settings: what the environment says at start, and what an administrator sets in the running product."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import BigInteger, String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, session
from app.core.errors import Invalid
from app.core.setting_fields import Field
from app.core.texts import _l
from app.core.types import Json


class SettingsError(SystemExit):
    """An unknown or unusable environment variable; the product does not start."""


def _number(low: int, high: int) -> Any:
    def read(raw: str) -> int:
        value = int(raw)
        if not low <= value <= high:
            raise ValueError(f"not between {low} and {high}")
        return value

    return read


def _flag(raw: str) -> bool:
    if raw.lower() not in {"0", "1", "false", "true", "no", "yes"}:
        raise ValueError("not 0 or 1")
    return raw.lower() in {"1", "true", "yes"}


def _level(raw: str) -> str:
    if raw.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError("not DEBUG, INFO, WARNING or ERROR")
    return raw.upper()


def _address(raw: str) -> str:
    parts = urlsplit(raw)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or " " in raw:
        raise ValueError("not like https://qiao.example.com")
    return raw.rstrip("/")


ENVIRONMENT: Mapping[str, tuple[str, Any, Any]] = {
    # variable: (configuration key, how it is read, default)
    "QIAO_INSTANCE": ("INSTANCE_DIR", Path, None),
    "QIAO_FILES": ("FILES_DIR", Path, None),
    "QIAO_SEAL_KEY": ("SEAL_KEY", str, None),
    "QIAO_HTTPS": ("HTTPS", _flag, False),
    "QIAO_PROXIES": ("PROXIES", _number(0, 5), 0),
    "QIAO_HOSTS": ("TRUSTED_HOSTS", lambda raw: [h.strip() for h in raw.split(",") if h.strip()], None),
    "QIAO_IDLE_MINUTES": ("IDLE_MINUTES", _number(1, 1440), 30),
    "QIAO_SESSION_HOURS": ("SESSION_HOURS", _number(1, 168), 12),
    "QIAO_ARGON2_MEMORY": ("ARGON2_MEMORY", _number(8, 1048576), 19456),
    "QIAO_ADDRESS": ("ADDRESS", _address, None),
    "QIAO_MAIL_FROM": ("MAIL_FROM", str, "qiao@localhost"),
    "QIAO_LOG_LEVEL": ("LOG_LEVEL", _level, "INFO"),
    "QIAO_REQUIRE_ALL": ("REQUIRE_ALL", _flag, False),  # read by the test suite
}


def from_environment(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Configuration from the environment; :class:`SettingsError` names an unknown ``QIAO_*`` or a bad value."""
    environ = os.environ if environ is None else environ
    config: dict[str, Any] = {key: default for key, _read, default in ENVIRONMENT.values()}
    for name, raw in environ.items():
        if not name.startswith("QIAO_"):
            continue
        if name not in ENVIRONMENT:
            raise SettingsError(f"{name} is not a setting of Qiao; known: {', '.join(sorted(ENVIRONMENT))}")
        key, read, _default = ENVIRONMENT[name]
        try:
            config[key] = read(raw)
        except ValueError as error:
            raise SettingsError(f"{name}={raw!r} cannot be used: {error}") from error
    config["ADDRESS"] = config["ADDRESS"] or f"http://127.0.0.1:{environ.get('PORT') or 8000}"
    config["DATABASE_URL"] = environ.get("DATABASE_URL") or None
    config["SECRET_KEY"] = environ.get("SECRET_KEY") or None
    config["REDIS_URL"] = environ.get("REDIS_URL") or None
    config["MAIL_URL"] = environ.get("MAIL_URL") or None
    return config


class Setting(Base):
    """A value that an administrator has set; absent means the declared default."""

    __tablename__ = "core_setting"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(Json)
    changed_by: Mapped[int] = mapped_column(BigInteger, default=0)


@dataclass(frozen=True, slots=True)
class Declared:
    """A setting that a room declares. With a ``field`` it stands on the page of settings, under its room.

    ``about`` says in a sentence what it does. A ``control`` is a rule that protects the institution from its own people –
    who checks, who decides up to which amount –: whoever gives rights sets it, not whoever keeps the technique.
    """

    key: str
    title: Any
    default: Any
    check: Any
    field: Field | None = None
    about: Any = ""
    control: bool = False


_declared: dict[str, Declared] = {}
_rooms: dict[str, tuple[Any, int]] = {}


def declare(
    key: str,
    *,
    title: Any,
    default: Any,
    field: Field | None = None,
    about: Any = "",
    control: bool = False,
    check: Any = lambda value: value,
) -> str:
    """Declare ``room.name`` with its default; returns the key.

    ``field`` says what kind of value it takes and gives it its place on the page of settings; without one, ``check``
    returns the cleaned value or raises ``ValueError``, and people set it elsewhere or not at all.
    """
    _declared[key] = Declared(key, title, default, check if field is None else field.clean, field, about, control)
    return key


def room(name: str, title: Any, order: int = 50) -> None:
    """Say under which heading the settings of a room stand."""
    _rooms[name] = (title, order)


def declared() -> list[Declared]:
    """Every declared setting, by key."""
    return [_declared[key] for key in sorted(_declared)]


def grouped() -> list[tuple[Any, list[Declared]]]:
    """The settings that people change, under the headings of their rooms, as the rooms declared them."""
    by_room: dict[str, list[Declared]] = {}
    for setting in _declared.values():
        if setting.field is not None:
            by_room.setdefault(setting.key.partition(".")[0], []).append(setting)
    order = sorted(by_room, key=lambda name: (_rooms[name][1], name))
    return [(_rooms[name][0], by_room[name]) for name in order]


def find(key: str) -> Declared | None:
    """A setting that people change, by its key."""
    known = _declared.get(key)
    return known if known is not None and known.field is not None else None


def get(key: str) -> Any:
    """The value in force."""
    row = session.execute(select(Setting.value).where(Setting.key == key)).one_or_none()
    return _declared[key].default if row is None else row.value


def own() -> dict[str, Setting]:
    """What has been set, by key; every other setting has its default. One statement."""
    return {row.key: row for row in session.scalars(select(Setting))}


def locked(key: str) -> Setting | None:
    """The row of a setting, held against other writers until the end of the transaction; None while it has its default."""
    return session.get(Setting, key, with_for_update=True, populate_existing=True)


def mark(value: Any) -> str:
    """A short mark of a value in force: whoever changes a setting says by it what they saw."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def put(key: str, value: Any, actor_id: int = 0) -> None:
    """Set a value; raises ``Invalid`` when it is not fit."""
    value = cleaned(key, value)
    row = session.get(Setting, key)
    if row is None:
        session.add(Setting(key=key, value=value, changed_by=actor_id))
    else:
        row.value, row.changed_by = value, actor_id
    session.flush()


def cleaned(key: str, value: Any) -> Any:
    """A value as it is kept; raises ``Invalid`` with the sentence of its field when it is not fit."""
    known = _declared[key]
    try:
        return known.check(value)
    except (ValueError, TypeError, KeyError) as error:
        said = error.args[0] if known.field is not None and error.args else _l("This value cannot be used here.")
        raise Invalid(key, "invalid", said) from error
