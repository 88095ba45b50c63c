"""``flask backup FILE``, ``flask restore FILE``."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from app.ops.operations import backup as backups


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup(file: Path) -> None:
    """Write database, files and the last seal into one archive; the product may go on running."""
    try:
        made = backups.backup(file)
    except (backups.BackupError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file}: {made.engine} at {made.revision or 'no migration'}, {made.files} files.")
    click.echo(
        "Keep secret.key and seal.key of the instance folder apart from it: without seal.key history cannot be verified."
    )


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace a database that holds data.")
@with_appcontext
def restore(file: Path, force: bool) -> None:
    """Put an archive's content in place; stop the product first."""
    try:
        made = backups.restore(file, force=force)
    except (backups.BackupError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"Restored: {made.engine} at {made.revision or 'no migration'} of {made.made_at}, {made.files} files. Next: flask db upgrade, flask audit verify."
    )
