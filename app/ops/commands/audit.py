"""``flask audit verify``, ``flask audit head``."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from app.core import seal
from app.core.actor import Actor
from app.core.commandline import plainly
from app.ops.operations import verifications

group = AppGroup("audit", help="The history of everything done: verify it, export its head.")
COMMAND = Actor(id=0, name="Qiao", username="system", channel="command")


@group.command("verify")
@click.option(
    "--head",
    "head_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="An exported head to hold history against; without it the one remembered beside the database.",
)
@plainly
def verify(head_file: Path | None) -> None:
    """Verify every chain and seal; name the first broken place, and the texts that were erased as the law asks."""
    try:
        head = verifications.read_head(head_file) if head_file else verifications.known_head()
    except ValueError as error:
        raise click.ClickException(f"the head cannot be read: {error}") from error
    tombstones: list[str] = []
    row = verifications.verify(COMMAND, head, tombstones=tombstones)
    if row.broken:
        raise click.ClickException(f"history is broken at {row.broken}")
    for line in tombstones:
        click.echo(f"Erased: {line}")
    click.echo(f"History holds{f', sealed up to {row.seal_id}' if row.seal_id else ''}.")


@group.command("head")
@plainly
def head() -> None:
    """Print the last seal, to be kept outside this machine."""
    found = seal.export_head()
    if found is None:
        raise click.ClickException("nothing is sealed yet: the job runner seals once a minute")
    click.echo(json.dumps(found))
