"""Seeds: the definitions that rooms bring along as YAML, and how they differ from what is in force."""

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from app.core.chain import canonical
from app.core.database import session
from app.core.errors import NotFound
from app.workflow import registry
from app.workflow.digests import digest_of
from app.workflow.models import Definition


@dataclass(frozen=True, slots=True)
class Seed:
    """One seed file: the process it brings and its body."""

    process: str
    digest: str
    body: dict[str, Any]
    name: str


def seeds() -> Iterator[Seed]:
    """Every seed of every registered folder, by file name. Raises ValueError for a file that is no mapping."""
    for folder in registry.seed_folders():
        for path in sorted(folder.glob("*.yaml")):
            yield _load(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=100)
def _load(path: Path, _changed: int) -> Seed:
    body = parse(path.read_text(encoding="utf-8"))
    if not isinstance(body, dict) or not isinstance(body.get("key"), str):
        raise ValueError(f"{path}: a definition is a mapping with a key")
    return Seed(body["key"], digest_of(body), body, path.name)


class _Plain(yaml.SafeLoader):
    """YAML without aliases: a small text cannot unfold into a huge one."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not taken")
        return super().compose_node(parent, index)


def parse(source: str) -> Any:
    """YAML as plain JSON values (dates become text); yaml.YAMLError when it cannot be read, or holds aliases."""
    # a SafeLoader that takes even less
    read = yaml.load(source, Loader=_Plain)  # noqa: S506  # nosec B506
    return json.loads(json.dumps(read, default=str, ensure_ascii=False))


def seed_of(process: str) -> Seed | None:
    """The seed of a process, None when no room brings one."""
    return next((seed for seed in seeds() if seed.process == process), None)


def offers() -> dict[str, Seed]:
    """Seeds that were never published because the version in force was edited here; by process."""
    known = set(session.scalars(select(Definition.digest)))
    return {seed.process: seed for seed in seeds() if seed.digest not in known}


def readable(body: dict[str, Any]) -> list[str]:
    """A body as YAML lines, for people to read and compare."""
    return yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=100).splitlines()


def difference(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Unified difference of two bodies as lines; empty when they say the same."""
    if canonical(before) == canonical(after):
        return []
    ordered = _like(after, before)
    return list(difflib.unified_diff(readable(before), readable(ordered), lineterm="", n=2))[2:]


def _like(value: Any, model: Any) -> Any:
    """`value` with the keys of mappings in the order of `model`, so that only real changes differ."""
    if isinstance(value, dict) and isinstance(model, dict):
        keys = [key for key in model if key in value] + [key for key in value if key not in model]
        return {key: _like(value[key], model.get(key)) for key in keys}
    if isinstance(value, list) and isinstance(model, list):
        return [_like(item, model[n] if n < len(model) else None) for n, item in enumerate(value)]
    return value


def difference_to_seed(process: str) -> list[str]:
    """How the offered seed differs from the version in force; NotFound when nothing is offered."""
    seed = offers().get(process)
    if seed is None:
        raise NotFound()
    body = session.scalar(
        select(Definition.body).where(Definition.process == process).order_by(Definition.number.desc()).limit(1)
    )
    return difference(body or {}, seed.body)
