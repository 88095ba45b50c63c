"""The words that the form builder puts into a kind of work, in both languages: content, not code."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

_FILE = Path(__file__).parent.parent / "content" / "kinds.yaml"


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages, either of which may still be empty."""

    zh: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)


NOTHING = Words()

TEXTS: Mapping[str, Mapping[str, Words]] = {
    part: {key: Words(**text) for key, text in entries.items()}
    for part, entries in yaml.safe_load(_FILE.read_text(encoding="utf-8")).items()
}
"""By part (`buttons`, `steps`, `ends` …) and key."""
