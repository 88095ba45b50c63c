"""`make run`: bring the database up to date, fill a new one with the demonstration institution, serve web and jobs.

The port opens only when the data is in. Web and job runner start together and end together.
"""

import argparse
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, make_url, text

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "qiao-demo-2026"  # noqa: S105 - of demonstration data only
ACCOUNTS = {
    "trainee": "trainee / 见习",
    "manager": "relationship manager / 客户经理",
    "business": "business manager / 业务经理",
    "support": "support / 辅助人员",
    "leader": "team leader / 组长",
    "supervisor": "branch manager / 主管",
    "hr": "human resources / 人力资源",
    "sysadmin": "system administrator / 系统管理员",
    "secadmin": "security administrator / 安全管理员",
    "auditor": "auditor / 审计员",
}
ANYBODY = "SELECT 1 FROM people_person"
DEMONSTRATION = "SELECT 1 FROM core_setting WHERE key = 'ops.demonstration'"
PATIENCE = 15
"""Seconds that web and jobs get to finish what they are doing."""


def say(line: str = "") -> None:
    """One line to the person at the terminal."""
    print(line, flush=True)


def flask(*words: str, environment: Mapping[str, str]) -> None:
    """Run a ``flask`` command of the product; end with it when it fails."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    done = subprocess.run(command, cwd=ROOT, env=dict(environment), check=False)
    if done.returncode:
        sys.exit(f"qiao: `flask {' '.join(words)}` failed; nothing is served")


def database_url(environment: Mapping[str, str]) -> str:
    """The address that the product will use, as the product itself reads it."""
    given = environment.get("DATABASE_URL")
    if given:
        return given
    instance = Path(environment.get("QIAO_INSTANCE") or ROOT / "instance").absolute()
    return f"sqlite:///{instance / 'qiao.db'}"


def holds(url: str, question: str) -> bool:
    """Whether the query finds a row; False when database or table is not there."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
        return False
    if address.get_backend_name() == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    engine = create_engine(address)
    try:
        with engine.connect() as connection:
            if not {"people_person", "core_setting", "alembic_version"} <= set(inspect(connection).get_table_names()):
                return False
            return connection.execute(text(question)).first() is not None
    finally:
        engine.dispose()


def at_head(url: str) -> bool:
    """Whether every migration has run (asked without loading the product: it saves a second at each start)."""
    heads = ScriptDirectory(str(ROOT / "migrations")).get_heads()
    return len(heads) == 1 and holds(url, f"SELECT 1 FROM alembic_version WHERE version_num = '{heads[0]}'")  # noqa: S608


def prepare(environment: Mapping[str, str]) -> None:
    """Migrate; a database without people is filled with the demonstration institution first."""
    url = database_url(environment)
    if holds(url, ANYBODY):
        if not at_head(url):
            flask("db", "upgrade", environment=environment)
        return
    say("qiao: making the demonstration institution (only this first time)")
    started = time.monotonic()
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        # into a file of another name: whatever is interrupted starts again, and a half-filled database is never served
        final = Path(address.database or "")
        final.parent.mkdir(parents=True, exist_ok=True)
        growing = final.with_name(final.name + ".loading")
        remove_database(growing)
        during = {
            **environment,
            "DATABASE_URL": address.set(database=str(growing)).render_as_string(hide_password=False),
        }
    else:
        during = dict(environment)
    flask("db", "upgrade", environment=during)
    flask("demo", "--size", "small", environment=during)
    if address.get_backend_name() == "sqlite":
        remove_database(final)
        growing.rename(final)
        remove_database(growing)
    say(f"qiao: demonstration institution ready in {time.monotonic() - started:.0f} s")


def remove_database(path: Path) -> None:
    """Remove a SQLite file and what stands beside it."""
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def port_is_taken(port: int) -> bool:
    """Whether somebody listens there already."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def end_with_parent() -> None:
    """In a child, on Linux: end when the process that started it is gone, even by kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


@contextmanager
def running(environment: Mapping[str, str]) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Web and job runner; both are ended on leaving."""
    commands = {
        "web": [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "wsgi:app"],
        "jobs": [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "run"],
    }
    started: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            started[name] = subprocess.Popen(
                command, cwd=ROOT, env=dict(environment), process_group=0, preexec_fn=end_with_parent
            )
        yield started
    finally:
        for process in started.values():
            process.terminate()
        last = time.monotonic() + PATIENCE
        for process in started.values():
            try:
                process.wait(max(0.1, last - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def greet(port: int, url: str) -> None:
    """Where it is and who can sign in."""
    say(f"\n  Qiao 桥   http://127.0.0.1:{port}\n")
    if holds(url, DEMONSTRATION):
        say(f"  demonstration accounts, password {PASSWORD} / 演示账号，密码 {PASSWORD}")
        for username, role in ACCOUNTS.items():
            say(f"    {username:<12}{role}")
    say("\n  Ctrl-C ends it / 按 Ctrl-C 结束\n")


def serve(port: int, environment: Mapping[str, str], *, with_parent: bool) -> int:
    """Run until told to stop, or until one of the two (or, if wanted, the parent process) ends by itself."""
    stopping = False

    def stop(_sign: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, stop)
    greeted, parent = False, os.getppid()
    with running(environment) as processes:
        while not stopping and not (with_parent and os.getppid() != parent):
            ended = [name for name, process in processes.items() if process.poll() is not None]
            if ended:
                say(f"qiao: {ended[0]} has ended, so everything ends")
                return 1
            if not greeted and port_is_taken(port):
                greet(port, database_url(environment))
                greeted = True
            time.sleep(0.2)
    return 0


def main() -> int:
    """Read the arguments, prepare, serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=os.environ.get("PORT") or 8000)
    parser.add_argument("--with-parent", action="store_true", help="end when the calling process is gone")
    arguments = parser.parse_args()
    port: int = arguments.port
    environment = {**os.environ, "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    if port_is_taken(port):
        sys.exit(f"qiao: port {port} is taken; say PORT=8001 make run")
    prepare(environment)
    return serve(port, environment, with_parent=arguments.with_parent)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
