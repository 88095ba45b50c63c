"""How gunicorn serves Qiao; `make run` and production both read this. Environment: PORT, WEB_CONCURRENCY, WEB_THREADS."""

import gc
import os
from typing import Any

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# threads keep browsers' idle connections from holding a worker
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "8"))
preload_app = True
timeout = 60
graceful_timeout = 10
keepalive = 5
max_requests = 20000
max_requests_jitter = 2000
memory = "/dev/shm"  # noqa: S108 - heartbeat files never wait for a disk here
worker_tmp_dir = memory if os.access(memory, os.W_OK) else None
errorlog = "-"
control_socket_disable = True
secure_scheme_headers: dict[
    str, str
] = {}  # forwarded headers count only by QIAO_PROXIES, not because a caller is local
forwarder_headers = ""
loglevel = os.environ.get("LOG_LEVEL", "warning").lower()
proc_name = "qiao"


def when_ready(_server: Any) -> None:
    """What is loaded stays: workers share it, and no collection walks through it again."""
    gc.collect()
    gc.freeze()


def post_fork(_server: Any, _worker: Any) -> None:
    """A worker opens its own database connections."""
    from app.core.database import db
    from wsgi import app

    with app.app_context():
        db.engine.dispose(close=False)
