"""``flask jobs run``, ``flask jobs list``."""

import signal

import click
from flask import current_app
from flask.cli import AppGroup

from app.core import jobs
from app.core.commandline import has_tables, plainly
from app.core.database import session
from app.core.jobs import JobBeat
from app.ops.runner import Runner, run_job

group = AppGroup("jobs", help="Recurring work: deadlines, mail, seals.")


@group.command("run")
@click.option("--once", is_flag=True, help="Call every job once and end.")
@plainly
def run(once: bool) -> None:
    """Call the jobs at their intervals until told to stop (SIGTERM, Ctrl-C)."""
    if not has_tables():
        raise click.ClickException("the database has no tables; run `flask --app wsgi db upgrade`")
    if once:
        failed = [job.name for job in jobs.registered() if not run_job(job)]
        if failed:
            raise click.ClickException(f"these jobs failed: {', '.join(failed)}; the log says why")
        return
    runner = Runner(current_app._get_current_object())  # type: ignore[attr-defined]  # of the proxy
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: runner.stop())
    runner.run()


@group.command("list")
@plainly
def list_jobs() -> None:
    """Print every job, its interval and how it ended last."""
    for job in jobs.registered():
        beat = session.get(JobBeat, job.name)
        last = (
            "never run"
            if beat is None
            else f"{beat.at.isoformat(timespec='seconds')} {beat.error or f'did {beat.done}'}"
        )
        click.echo(f"{job.name:32} every {job.seconds:5} s   {last}")
