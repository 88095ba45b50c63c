"""Taking a body apart: each getter gives a value of the right type, or notes a fault with its place and a harmless value."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from app.core.errors import FieldError
from app.core.texts import _l
from app.workflow.rules.definition import Text
from app.workflow.rules.fields import BadValue, text

KEY = re.compile(r"[a-z][a-z0-9_]{0,49}")
LONGEST_TEXT, MOST_ENTRIES, LONGEST_ARGUMENTS = 20_000, 200, 2_000
_MISSING = object()
T = TypeVar("T")


class Part:
    """One mapping of the body at its place. `close` tells of the names that nobody asked for."""

    def __init__(self, value: Any, place: str, faults: list[FieldError]) -> None:
        self.place = place
        self.faults = faults
        self.asked: set[str] = set()
        self.value: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        if not isinstance(value, Mapping):
            self.fault("", "type", _l("This should be a set of names and values."))

    def at(self, name: str) -> str:
        """The place of one of the names."""
        return ".".join(part for part in (self.place, name) if part)

    def fault(self, name: str, code: str, message: Any) -> None:
        """Note a fault."""
        self.faults.append(FieldError(self.at(name), code, message))

    def get(self, name: str, default: Any = None) -> Any:
        """The raw value; a fault when it is required (`default` is `...`) and not there."""
        self.asked.add(name)
        value = self.value.get(name, _MISSING)
        if value is _MISSING or value is None:
            if default is ...:
                self.fault(name, "required", _l("“%(name)s” is missing.", name=name))
                return None
            return default
        return value

    def key(self, name: str = "key", default: Any = ...) -> Any:
        """A key: small letters, digits, underscore."""
        value = self.get(name, default)
        return self._key(name, value) if value is not None else ("" if default is ... else default)

    def _key(self, name: str, value: Any) -> str:
        if not isinstance(value, str) or not KEY.fullmatch(value):
            self.fault(
                name,
                "key",
                _l("A key begins with a small letter and has at most 50 small letters, digits and underscores."),
            )
            return ""
        return value

    def keys(self, name: str) -> tuple[str, ...]:
        """A list of keys; one alone may stand without brackets."""
        value = self.get(name, ())
        items = [value] if isinstance(value, str) else value
        if not self._listed(name, items):
            return ()
        return tuple(key for key in (self._key(name, item) for item in items) if key)

    def text(self, name: str = "title", required: bool = False) -> Text | None:
        """A text in both languages."""
        value = self.get(name, ... if required else None)
        if value is None:
            return {} if required else None
        return self._text(name, value)

    def title(self) -> Text:
        """The text every named thing has."""
        return self.text("title", required=True) or {}

    def _text(self, name: str, value: Any) -> Text:
        if not isinstance(value, Mapping) or not set(value) <= {"zh", "en"}:
            self.fault(name, "text", _l("A text stands in two languages: zh and en."))
            return {}
        found: dict[str, str] = {}
        for language in ("zh", "en"):
            side = value.get(language)
            if not isinstance(side, str) or not side.strip():
                self.fault(f"{name}.{language}", "required", _l("The text is missing in one language."))
            elif len(side) > LONGEST_TEXT:
                self.fault(f"{name}.{language}", "too_long", _l("At most %(count)d characters.", count=LONGEST_TEXT))
            else:
                found[language] = self._clean(f"{name}.{language}", side)
        return found

    def _clean(self, name: str, value: str) -> str:
        try:
            return text(value)
        except BadValue as bad:
            self.fault(name, bad.code, bad.message)
            return ""

    def texts(self, name: str) -> tuple[Text, ...]:
        """A list of texts."""
        value = self.get(name, ())
        return (
            tuple(self._text(f"{name}.{n}", item) for n, item in enumerate(value)) if self._listed(name, value) else ()
        )

    def flag(self, name: str, default: bool = False) -> bool:
        """Yes or no."""
        value = self.get(name, default)
        if not isinstance(value, bool):
            self.fault(name, "type", _l("Answer yes or no."))
            return default
        return value

    def number(self, name: str, default: Any, least: int, most: int) -> Any:
        """A whole number within bounds; `...` for one that is required."""
        value = self.get(name, default)
        if value is None or value is ...:
            return None if default is None else least
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.fault(
                name, "limit", _l("This should be a whole number from %(least)d to %(most)d.", least=least, most=most)
            )
            return None if default is None else least
        return value

    def one_of(self, name: str, choices: Iterable[str], default: Any = ...) -> str:
        """One of a few words."""
        value = self.get(name, default)
        allowed = tuple(choices)
        if isinstance(value, str) and value in allowed:
            return value
        if value is not None:
            self.fault(name, "choice", _l("This should be one of: %(choices)s.", choices=", ".join(allowed)))
        return allowed[0]

    def arguments(self, name: str = "with") -> Mapping[str, Any]:
        """Constant arguments of a named rule: plain JSON, not too much of it."""
        value = self.get(name, {})
        try:
            plain = json.dumps(value, allow_nan=False) if isinstance(value, Mapping) else ""
        except (TypeError, ValueError, RecursionError):
            plain = ""
        if not plain or len(plain) > LONGEST_ARGUMENTS or "\\u0000" in plain:
            self.fault(name, "arguments", _l("Arguments are plain constants, and few."))
            return {}
        loaded: Mapping[str, Any] = json.loads(plain)
        return loaded

    def part(self, name: str) -> "Part | None":
        """A mapping inside of this one."""
        value = self.get(name)
        return None if value is None else Part(value, self.at(name), self.faults)

    def parts(self, name: str, required: bool = False) -> list["Part"]:
        """A list of mappings; their places go by key where they have one."""
        value = self.get(name, ... if required else ())
        if value is None or not self._listed(name, value):
            return []
        return [Part(item, self.at(f"{name}.{_label(item, n)}"), self.faults) for n, item in enumerate(value)]

    def named(self, name: str) -> dict[str, "Part"]:
        """A mapping of keys to mappings."""
        value = self.get(name, ...)
        if not isinstance(value, Mapping) or len(value) > MOST_ENTRIES:
            if value is not None:
                self.fault(name, "type", _l("This should be a set of names and values."))
            return {}
        checked = {self._key(name, key): item for key, item in value.items()}
        return {key: Part(item, self.at(f"{name}.{key}"), self.faults) for key, item in checked.items() if key}

    def _listed(self, name: str, value: Any) -> bool:
        if not isinstance(value, (list, tuple)) or len(value) > MOST_ENTRIES:
            self.fault(name, "type", _l("This should be a list of at most %(count)d entries.", count=MOST_ENTRIES))
            return False
        return True

    def unique(self, name: str, items: Iterable[T], key: Callable[[T], str]) -> tuple[T, ...]:
        """The items, with a fault for every key that comes twice."""
        seen: set[str] = set()
        kept = tuple(items)
        for item in kept:
            if key(item) and key(item) in seen:
                self.fault(f"{name}.{key(item)}", "duplicate", _l("“%(key)s” is there twice.", key=key(item)))
            seen.add(key(item))
        return kept

    def close(self) -> None:
        """Tell of unknown names: a slip of the pen is not silently dropped."""
        for name in self.value:
            if name not in self.asked:
                label = str(name)[:60].encode("utf-8", "replace").decode().replace("\x00", "")
                self.fault(label, "unknown", _l("“%(name)s” is not known here.", name=label))


def _label(item: Any, position: int) -> str:
    for name in ("key", "kind", "name"):
        value = item.get(name) if isinstance(item, Mapping) else None
        if isinstance(value, str) and KEY.fullmatch(value):
            return value
    return str(position)
