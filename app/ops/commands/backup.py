"""``flask backup FILE``, ``flask restore FILE``."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.core import clock
from app.core.commandline import plainly
from app.ops.operations import backup as backups


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@with_appcontext
@plainly
def backup(file: Path | None) -> None:
    """Write database, files and the last seal into one archive; the product may go on running.

    Without FILE it goes into the folder backups of the instance, named by the time.
    """
    file = file or Path(current_app.instance_path) / "backups" / f"qiao-{clock.local(clock.now()):%Y%m%d-%H%M%S}.tar"
    try:
        made = backups.backup(file)
    except OSError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file}: {made.engine} at {made.revision or 'no migration'}, {made.files} files.")
    click.echo(
        "Keep secret.key and seal.key of the instance folder apart from it: without seal.key history cannot be verified."
    )


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace a database that holds data.")
@with_appcontext
@plainly
def restore(file: Path, force: bool) -> None:
    """Put an archive's content in place; stop the product first."""
    try:
        made = backups.restore(file, force=force)
    except OSError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"Restored: {made.engine} at {made.revision or 'no migration'} of {made.made_at}, {made.files} files. Next: flask db upgrade, flask audit verify."
    )
