"""Servers as in production: gunicorn, two sync workers, on a free port of the loopback address."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its port and its master process."""

    port: int
    pid: int

    def memory(self) -> float:
        """Resident memory of its largest worker, in MB."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return max(_resident(int(child)) for child in children)


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serve(module: str, environment: dict[str, str]) -> Iterator[Server]:
    """Run ``module`` (``package.module:app``) with two sync workers while the block lasts."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--workers=2", "--worker-class=sync", "--log-level=error", "--preload"]
    command += ["--no-control-socket"] if _has_control_socket() else []
    process = subprocess.Popen([*command, f"--bind=127.0.0.1:{port}", module], env={**os.environ, **environment})
    try:
        _wait(port, process)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def _has_control_socket() -> bool:
    import gunicorn

    return gunicorn.version_info >= (25,)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _attempt in range(300):
        if process.poll() is not None:
            raise RuntimeError("the server ended before it answered")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server does not answer")
