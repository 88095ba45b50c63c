"""Work done outside requests. What is due stands in rows of the database; a job looks for it and does it in small units.

A job killed half-way simply finds the rest due at its next turn. The runner (ops room) calls each job at its interval.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import Base, session
from app.core.types import UtcDateTime


class JobBeat(Base):
    """When a job last ended, well or not; the runner's own row is named ``runner``."""

    __tablename__ = "core_job_beat"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    done: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(300), default="")


@dataclass(frozen=True, slots=True)
class Job:
    """A recurring job: its name, its interval in seconds, and what it calls (returns how many things it did)."""

    name: str
    seconds: int
    run: Callable[[], int | None]


_jobs: dict[str, Job] = {}


def every(name: str, run: Callable[[], int | None], *, minutes: int = 0, seconds: int = 0) -> None:
    """Register ``run`` to be called at the interval. It opens its own ``unit_of_work`` per small piece of work."""
    _jobs[name] = Job(name, minutes * 60 + seconds, run)


def registered() -> list[Job]:
    """Every job, by name."""
    return [_jobs[name] for name in sorted(_jobs)]


def beat(name: str, done: int = 0, error: str = "") -> None:
    """Note that ``name`` has ended; in the caller's unit."""
    row = session.get(JobBeat, name)
    if row is None:
        session.add(JobBeat(name=name, at=clock.now(), done=done, error=error[:300]))
    else:
        row.at, row.done, row.error = clock.now(), done, error[:300]
