"""The product as it really runs, in processes of its own: migrated, served by gunicorn, on a free port."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
ACCOUNTS_PASSWORD = "qiao-demo-2026"
"""Of the demonstration accounts."""


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One served instance; ``start``, ``stop`` and ``kill`` as often as the test likes."""

    def __init__(
        self, folder: Path, database_url: str | None = None, *, workers: int = 2, url: str | None = None
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = url or f"http://127.0.0.1:{self.port}"
        self.environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "PORT": str(self.port),
            "WEB_CONCURRENCY": str(workers),
            "QIAO_INSTANCE": str(folder),
            "QIAO_ARGON2_MEMORY": "8",
            "DATABASE_URL": database_url or f"sqlite:///{folder / 'qiao.db'}",
        }
        self.log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def flask(self, *words: str, typed: str = "") -> str:
        """Run a ``flask --app wsgi`` command on the instance; fails with its output."""
        return self.python("-m", "flask", "--app", "wsgi", *words, typed=typed)

    def python(self, *words: str, typed: str = "") -> str:
        """Run Python with the instance's environment; fails with its output."""
        command = [sys.executable, *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, input=typed, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{' '.join(words)} ended with {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def start(self) -> "Server":
        """Serve, and wait until it answers."""
        command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "wsgi:app"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{self.url}/login", timeout=5):
                    return self
            except urllib.error.HTTPError:
                return self
            except OSError:
                assert self._process.poll() is None, f"the server ended:\n{self.log.read_text()}"
                time.sleep(0.1)
        raise AssertionError(f"the server does not answer:\n{self.log.read_text()}")

    def kill(self) -> None:
        """kill -9 of the whole server, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as an administrator would."""
        self._end(signal.SIGTERM)

    def _end(self, sign: signal.Signals) -> None:
        if self._process is not None:
            if self._process.poll() is None:
                os.killpg(self._process.pid, sign)
            self._process.wait(timeout=30)
            self._process = None
