"""Backup and restore on both engines: what was there is there again, and nothing is overwritten by accident."""

import io
import json
import tarfile
from io import BytesIO

import pytest
from sqlalchemy import func, select

from app.core import files
from app.core.actor import Actor
from app.core.audit import AuditRow
from app.core.database import session, unit_of_work
from app.core.wiring import seal_history
from app.ops.operations import backup as backups
from app.ops.operations import verifications
from app.ops.operations.backup import BackupError, backup, restore
from tests.core.test_operations_audit import do_things


@pytest.fixture
def archive(app, tmp_path):
    do_things()
    with unit_of_work():
        files.store(BytesIO(b"minutes of the meeting"), "minutes.txt", Actor(id=7), "tests")
    seal_history()
    session.rollback()
    target = tmp_path / "qiao.tar"
    made = backup(target)
    assert made.files == 1
    assert made.head["seal"] == 1
    return target


def test_what_was_there_is_there_again(app, archive):
    do_things()
    for path in files.root().glob("??/*"):
        path.unlink()
    restore(archive, force=True)
    assert session.scalar(select(func.count()).select_from(AuditRow)) == 6
    assert [path.read_bytes() for path in files.root().glob("??/*")] == [b"minutes of the meeting"]
    assert verifications.verify(Actor(id=0), verifications.known_head()).holds


def test_the_archive_is_its_owner_s_and_holds_no_secret(app, archive):
    assert archive.stat().st_mode & 0o077 == 0
    with tarfile.open(archive) as content:
        assert {name.split("/")[0] for name in content.getnames()} == {"backup.json", "database", "files"}


def test_an_archive_is_never_overwritten(app, archive):
    with pytest.raises(BackupError, match="exists"):
        backup(archive)


def test_a_database_with_rows_is_not_replaced_without_force(app, archive):
    with pytest.raises(BackupError, match="not empty"):
        restore(archive)


def test_into_an_empty_database_without_force(app, _stage, archive):
    session.remove()
    _stage.clear()
    assert restore(archive).files == 1
    assert session.scalar(select(func.count()).select_from(AuditRow)) == 6


def pack(target, **members: bytes):
    with tarfile.open(target, "w") as written:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            written.addfile(info, io.BytesIO(content))
    return target


def test_what_is_no_backup_is_refused_and_changes_nothing(app, archive, tmp_path):
    (tmp_path / "text").write_text("not an archive")
    bad = [
        tmp_path / "text",
        pack(tmp_path / "empty.tar"),
        pack(tmp_path / "outside.tar", **{"../../etc/passwd": b"x"}),
        pack(tmp_path / "other.tar", **{"backup.json": b"{}", "database": b"x"}),
        pack(tmp_path / "format.tar", **{"backup.json": json.dumps({"format": 99}).encode()}),
    ]
    for path in bad:
        with pytest.raises(BackupError):
            restore(path, force=True)
    assert session.scalar(select(func.count()).select_from(AuditRow)) == 6


def test_a_damaged_archive_is_refused_and_changes_nothing(app, archive, tmp_path):
    with tarfile.open(archive) as content:
        members = {m.name: content.extractfile(m).read() for m in content}
    name = next(n for n in members if n.startswith("files/"))
    for broken in ("database", name):
        damaged = pack(tmp_path / f"{broken.replace('/', '_')}.tar", **{**members, broken: members[broken] + b"x"})
        with pytest.raises(BackupError, match="damaged"):
            restore(damaged, force=True)
    assert session.scalar(select(func.count()).select_from(AuditRow)) == 6


def test_missing_client_programs_are_named(app, database, tmp_path, monkeypatch):
    if database.is_sqlite:
        return  # it needs none
    monkeypatch.setattr(backups.shutil, "which", lambda _name: None)
    with pytest.raises(BackupError, match="pg_dump is not on this machine"):
        backup(tmp_path / "x.tar")
    assert list(tmp_path.iterdir()) == []
