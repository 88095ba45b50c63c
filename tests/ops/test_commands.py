"""The command line: one line on failure, exit code 0 only on success."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app import create_app
from app.core import permissions
from app.core.database import session
from app.core.wiring import seal_history
from app.web import access
from tests.core.test_operations_audit import behind_the_application, do_things

ROOT = Path(__file__).parents[2]


@pytest.fixture
def flask(app):
    """Runs a command of the product; what the test has added is committed before."""

    def run(*arguments: str):
        session.commit()
        session.remove()
        done = app.test_cli_runner().invoke(args=list(arguments))
        session.remove()  # the command ran in the test's own context
        return done

    return run


def test_history_that_holds(flask):
    do_things()
    done = flask("audit", "verify")
    assert (done.exit_code, done.output) == (0, "History holds.\n")


def test_history_that_is_broken_is_one_line_and_an_exit_code(flask):
    do_things()
    behind_the_application("DELETE FROM core_audit WHERE actor_id = 8 AND n = 2")
    done = flask("audit", "verify")
    assert done.exit_code == 1
    assert done.output.splitlines() == ["Error: history is broken at audit 8, row 2: a row is missing before it"]


def test_an_exported_head_shows_what_was_taken_away_afterwards(flask, tmp_path):
    assert flask("audit", "head").exit_code == 1
    do_things()
    seal_history()
    exported = flask("audit", "head")
    assert exported.exit_code == 0, exported.output
    head = tmp_path / "head.json"
    head.write_text(exported.output)
    assert json.loads(exported.output)["seal"] == 1
    assert flask("audit", "verify", "--head", str(head)).exit_code == 0
    head.write_text(json.dumps({"seal": 1, "digest": "0" * 64}))
    done = flask("audit", "verify", "--head", str(head))
    assert done.exit_code == 1
    assert "seal 1" in done.output
    head.write_text("[]")
    assert flask("audit", "verify", "--head", str(head)).output.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [("audit", "verify"), ("audit", "head"), ("jobs", "run"), ("jobs", "list"), ("backup",), ("token", "create", "li")],
)
def test_a_database_without_tables_is_one_line(tmp_path, words):
    done = (
        create_app({"TESTING": True, "INSTANCE_DIR": tmp_path, "DATABASE_URL": None})
        .test_cli_runner()
        .invoke(args=list(words))
    )
    assert done.exit_code == 1
    assert done.output.count("\n") == 1
    assert "flask --app wsgi db upgrade" in done.output


def test_every_job_once(flask):
    done = flask("jobs", "run", "--once")
    assert (done.exit_code, done.output) == (0, "")
    listed = flask("jobs", "list")
    assert "core.seal" in listed.output
    assert "never run" not in listed.output


def test_wiring_names_every_permission_and_who_registered_what(app, flask):
    output = flask("wiring").output
    for permission in permissions.permissions():
        assert f"  {permission.name}  " in output
    assert "core.seal  every 60 s  core.wiring.seal_history" in output
    assert "mail  ops.mail.deliver" in output
    assert access.rule_of("health.healthz") == "public"


def test_backup_and_restore(app, flask, tmp_path):
    do_things()
    target = tmp_path / "qiao.tar"
    assert flask("backup", str(target)).exit_code == 0
    refused = flask("restore", str(target))
    assert refused.exit_code == 1
    assert refused.output.count("\n") == 1
    assert flask("restore", str(target), "--force").exit_code == 0
    assert len(list(Path(app.instance_path, "backups").glob("*.tar"))) == 0
    assert flask("backup").exit_code == 0
    assert len(list(Path(app.instance_path, "backups").glob("*.tar"))) == 1
    assert flask("audit", "verify").exit_code == 0


def test_the_runner_ends_cleanly_when_told(app, _stage, tmp_path):
    session.commit()
    session.remove()
    environment = {
        **os.environ,
        "DATABASE_URL": app.config["DATABASE_URL"],
        "QIAO_INSTANCE": str(tmp_path),
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "run"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        lines = []
        while "leads" not in "".join(lines[-1:]):
            lines.append(process.stderr.readline())
            assert lines[-1], "".join(lines)
        process.send_signal(signal.SIGTERM)
        started = time.monotonic()
        _, rest = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0, rest
    assert time.monotonic() - started < 15
    assert "has ended" in rest
    assert "Traceback" not in rest
