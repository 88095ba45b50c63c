"""``flask demo``: an institution with six months of work behind it, for looking and for tests."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import click
from flask.cli import with_appcontext

from app.core import clock, jobs, settings
from app.core.actor import SYSTEM
from app.core.commandline import make_tables, plainly
from app.core.database import begin_writing, session
from app.core.texts import _l
from app.ops.demo import accompanying, bell, following, goals, logs, meetings, notices, reports, selling, workitems
from app.ops.demo.customers import Known, load
from app.ops.demo.institution import PASSWORD, Builder
from app.ops.runner import run_job
from app.people import queries as people
from app.sales import operations as sales
from app.work.operations.routines import sync_routines
from app.workflow import operations as workflow

SIZES = {
    # size: teams, customers, sales a team, contacts a working day
    "small": (8, 3_000, 18, 11),
    "seed": (100, 430_000, 3, 20),
    "large": (1250, 2_150_000, 0, 0),
}
MONTHS = 6
MARK = settings.declare("ops.demonstration", title=_l("Demonstration data"), default=None)
ACCOUNTS = (
    "trainee", "manager", "business", "support", "leader", "supervisor", "hr", "sysadmin", "secadmin", "auditor",
)  # fmt: skip


@click.command("demo")
@click.option("--size", type=click.Choice(list(SIZES)), default="small", show_default=True)
@click.option(
    "--seed", type=int, default=2026, show_default=True, help="The same seed gives the same people and sales."
)
@with_appcontext
@plainly
def demo(size: str, seed: int) -> None:
    """Load the demonstration bank into an empty database, a new one if need be."""
    make_tables()
    if people.institution().initialised:
        marked = settings.get(MARK)
        if marked and marked["size"] == size:
            click.echo("The demonstration bank is there already.")
            return
        raise click.ClickException("this database holds an institution; demonstration data goes into an empty one only")
    begin = time.monotonic()
    build(size, seed, lambda text: click.echo(f"{text} ({time.monotonic() - begin:.0f} s)"))
    click.echo(f"Accounts (password {PASSWORD}): {', '.join(ACCOUNTS)}")


def build(size: str, seed: int, tell: Callable[[str], object] = lambda text: None) -> None:
    """Make the bank of that size; ``tell`` is called with a line after each part."""
    teams, customers, per_team, contacts = SIZES[size]
    rng = Random(seed)  # noqa: S311 - believable data, no secrets
    now = clock.now().replace(microsecond=0)
    start = now - timedelta(days=30 * MONTHS)
    begin_writing(True)
    try:
        institution = _found(rng, start - timedelta(days=30), teams)
        settings.put(MARK, {"size": size, "seed": seed})
        session.commit()
        tell(f"{len(institution.staff)} people in {len(institution.units)} units")
        listed = load(rng, institution, customers, start - timedelta(days=20), session.commit)
        tell(f"{customers:,} customers")
        _sell(rng, institution, listed, start, now, per_team, contacts)
        tell("six months of work")
        if per_team:
            workitems.play(Random(seed + 3), institution, now, session.commit)  # noqa: S311 - believable data, no secrets
            tell("work items")
            goals.load(Random(seed + 8), institution, now)  # noqa: S311 - believable data, no secrets
            session.commit()
            tell("goals, figures and contests")
            bell.load(Random(seed + 6), institution, listed, ACCOUNTS, now)  # noqa: S311 - believable data, no secrets
            session.commit()
            tell("dates and notifications")
            following.load(now)
            session.commit()
    finally:
        session.rollback()
        begin_writing(False)
    for job in jobs.registered():
        run_job(job)


def _found(rng: Random, founded: datetime, teams: int) -> selling.Institution:
    institution = Builder(rng, founded).build(teams)
    with clock.at(founded):
        workflow.sync_seeds()
        sales.load_catalogue(SYSTEM)
        sync_routines()
    return institution


def _sell(
    rng: Random,
    institution: selling.Institution,
    customers: dict[int, list[Known]],
    start: datetime,
    end: datetime,
    per_team: int,
    contacts: int,
) -> None:
    played = selling.Selling(rng, institution, customers, start, end, session.commit)
    if per_team:
        # the accounts' own team first: a sale waiting at every step, so that each role finds work at once
        played.park_sales(institution.teams[0])
        played.plan_sales(per_team)
    played.plan_care(contacts)
    played.play()
    if per_team:
        accompanying.accompany(end, session.commit)
    selling.absences(institution, clock.today())
    if per_team:
        logs.Logs(Random(rng.random()), institution, end).play()  # noqa: S311 - believable data, no secrets
        reports.Reports(Random(rng.random()), institution, end).play()  # noqa: S311 - believable data, no secrets
        meetings.meet(Random(rng.random()), institution, end)  # noqa: S311 - believable data, no secrets
        notices.publish(Random(rng.random()), institution, end)  # noqa: S311 - believable data, no secrets
    session.commit()
