"""The unit tree as data: walking it without ever going round in circles."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


def below(unit: int, parents: Mapping[int, int | None]) -> frozenset[int]:
    """``unit`` and everything under it."""
    children: dict[int | None, list[int]] = {}
    for child, parent in parents.items():
        children.setdefault(parent, []).append(child)
    found, waiting = {unit}, [unit]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return frozenset(found)


def above(unit: int, parents: Mapping[int, int | None]) -> list[int]:
    """``unit`` and its ancestors, nearest first."""
    path: list[int] = []
    here: int | None = unit
    while here is not None and here not in path:
        path.append(here)
        here = parents.get(here)
    return path


def makes_circle(unit: int, parent: int | None, parents: Mapping[int, int | None]) -> bool:
    """Whether placing ``unit`` under ``parent`` would put it below itself."""
    return parent is not None and unit in above(parent, parents)


@dataclass(frozen=True, slots=True)
class Node:
    """A unit in reading order with its depth."""

    unit_id: int
    depth: int
    has_children: bool


def in_order(parents: Mapping[int, int | None], order: Sequence[int]) -> Iterator[Node]:
    """The tree top down; siblings, and units whose parent is not among them, in the given ``order``."""
    children: dict[int | None, list[int]] = {}
    for unit in order:
        parent = parents.get(unit)
        children.setdefault(parent if parent in parents else None, []).append(unit)
    waiting = [(unit, 0) for unit in reversed(children.get(None, []))]
    seen: set[int] = set()
    while waiting:
        unit, depth = waiting.pop()
        if unit in seen:
            continue
        seen.add(unit)
        under = children.get(unit, [])
        yield Node(unit, depth, bool(under))
        waiting.extend((child, depth + 1) for child in reversed(under))
