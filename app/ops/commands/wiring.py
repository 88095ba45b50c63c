"""``flask wiring``: who registered what, read from the registries themselves."""

import sys
from collections.abc import Iterator
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from app.core import audit, chain, jobs, measures, outbox, permissions, settings
from app.core.signals import Signal
from app.web import agenda, menu, panels
from app.workflow import registry


@click.command("wiring")
@with_appcontext
def wiring() -> None:
    """Print what every room has registered, by registry."""
    for title, lines in _registries():
        click.echo(f"{title}:")
        for line in lines or ["none"]:
            click.echo(f"  {line}")


def _registries() -> Iterator[tuple[str, list[str]]]:
    yield (
        "permissions",
        [
            f"{p.name}  {', '.join(f'{role} {scope.name.lower()}' for role, scope in sorted(p.roles.items()))}"
            for p in permissions.permissions()
        ],
    )
    yield "routes", sorted({f"{rule.endpoint}  {rule.rule}" for rule in current_app.url_map.iter_rules()})
    yield "menu", [f"{key}  {item.endpoint}" for key, item in sorted(menu._items.items())]
    for sort, named in sorted(registry.registered().items()):
        yield f"workflow {sort}", [f"{name}  {place}" for name, place in named]
    yield "workflow seeds", [str(folder) for folder in registry.seed_folders()]
    yield (
        "panels",
        [f"{place} {key}  {_origin(panel.render)}" for (place, key), panel in sorted(panels._panels.items())],
    )
    yield "agenda", [f"{key}  {_origin(source)}" for key, (_order, source) in sorted(agenda._sources.items())]
    yield "jobs", [f"{job.name}  every {job.seconds} s  {_origin(job.run)}" for job in jobs.registered()]
    yield "measures", [f"{m.name}  {_origin(m.count)}" for m in measures.measures()]
    yield "signals", sorted(_signals())
    yield "outbox carriers", [f"{kind}  {_origin(carrier)}" for kind, carrier in sorted(outbox._carriers.items())]
    yield "history chains", [f"{kind}  {_origin(rows)}" for kind, rows in sorted(chain.sources().items())]
    yield "audit actions", [f"{a.name}  {', '.join(sorted(a.keys))}".rstrip() for a in audit.actions().values()]
    yield "settings", [declared.key for declared in settings.declared()]


def _signals() -> Iterator[str]:
    seen: set[int] = set()
    for name, module in sorted(sys.modules.items()):
        if not name.startswith("app."):
            continue
        for value in vars(module).values():
            if isinstance(value, Signal) and id(value) not in seen:
                seen.add(id(value))
                yield f"{value.name}  -> {', '.join(_origin(receiver) for receiver in value.receivers) or 'nobody'}"


def _origin(thing: Any) -> str:
    return f"{getattr(thing, '__module__', '?')}.{getattr(thing, '__qualname__', '?')}".removeprefix("app.")
