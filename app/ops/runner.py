"""The job runner: calls each registered job at its interval, one process at a time, until it is told to stop.

What is due stands in rows of the database, so the runner keeps no queue of its own: a job that is killed finds the rest
at its next turn, and nothing is ever pickled (docs/decisions/0010-jobs-without-a-queue.md).
"""

import logging
import os
import socket
import threading
import time
import uuid
from datetime import timedelta

from flask import Flask

from app.core import clock, jobs
from app.core.database import giving_way, session, unit_of_work
from app.core.jobs import Job, JobBeat
from app.ops.operations import leases

NAME = "runner"
LEASE = 45
RENEW = 10
BEAT = timedelta(seconds=60)
AT_ONCE = 4
GRACE = 20
log = logging.getLogger(__name__)


class Runner:
    """One runner of a process. ``stop`` may be called from a signal handler."""

    def __init__(self, app: Flask, *, tick: float = 0.5) -> None:
        self.app = app
        self.tick = tick
        self.holder = f"{socket.gethostname()}/{os.getpid()}/{uuid.uuid4().hex[:8]}"
        self.leads = False
        self._stop = threading.Event()
        self._next: dict[str, float] = {}
        self._running: dict[str, threading.Thread] = {}
        self._renew_at = 0.0

    def stop(self) -> None:
        """End after the jobs that run now."""
        self._stop.set()

    def run(self) -> None:
        """Run until :meth:`stop`; then wait a little for running jobs and give the lease back."""
        log.info("the job runner has started with %s jobs", len(jobs.registered()))
        while not self._stop.is_set():
            self._step()
            self._stop.wait(self.tick)
        ends = time.monotonic() + GRACE
        for thread in list(self._running.values()):
            thread.join(max(0.0, ends - time.monotonic()))
        self._quit()
        log.info("the job runner has ended")

    def _step(self) -> None:
        now = time.monotonic()
        if now >= self._renew_at:
            self._renew_at = now + RENEW
            self._renew()
        self._running = {name: thread for name, thread in self._running.items() if thread.is_alive()}
        if not self.leads:
            return
        for job in jobs.registered():
            if len(self._running) >= AT_ONCE:
                return  # the rest comes at the next tick
            if job.name not in self._running and now >= self._next.get(job.name, 0.0):
                self._next[job.name] = now + job.seconds
                thread = threading.Thread(target=self._call, args=(job,), name=job.name, daemon=True)
                self._running[job.name] = thread
                thread.start()

    def _renew(self) -> None:
        try:
            with self.app.app_context(), unit_of_work():
                leads = leases.hold(NAME, self.holder, LEASE)
                if leads:
                    jobs.beat(NAME)
        except Exception:  # the database is away or locked: try again, and start nothing meanwhile
            log.exception("the job runner could not renew its lease")
            leads = False
        if leads != self.leads:
            log.info("the job runner %s", "leads" if leads else "waits: another one leads")
        self.leads = leads

    def _call(self, job: Job) -> None:
        with self.app.app_context():
            run_job(job)

    def _quit(self) -> None:
        try:
            with self.app.app_context(), unit_of_work():
                leases.let_go(NAME, self.holder)
        except Exception:
            log.exception("the job runner could not give its lease back")


def run_job(job: Job) -> bool:
    """Call one job and note how it ended; what it raises is logged, and is nobody else's trouble."""
    done, fault = 0, ""
    try:
        with giving_way():
            done = job.run() or 0
    except Exception as error:
        session.rollback()
        log.exception("job %s failed", job.name)
        fault = f"{type(error).__name__}: {error}"
    try:
        with unit_of_work():
            _beat(job.name, done, fault)
    except Exception:
        log.exception("job %s could not be noted", job.name)
    return not fault


def _beat(name: str, done: int, fault: str) -> None:
    """Note the end of a job; a job that found nothing to do is noted once a minute only."""
    last = session.get(JobBeat, name)
    if done or fault or last is None or last.error or last.at < clock.now() - BEAT:
        jobs.beat(name, done, fault)
