"""Backup and restore: the database, the files and the last seal in one archive, made while the product runs.

The archive holds ``backup.json`` (what it is, digests), ``database`` (an SQLite file, or a pg_dump custom archive) and
``files/`` by digest. It holds neither secret of the instance: without its ``seal.key`` nobody can forge history from it.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, inspect, select, text

from app.core import clock, files, seal
from app.core.database import Base, db, is_sqlite, session
from app.core.errors import DomainError

FORMAT = 1


class BackupError(DomainError):
    """Why a backup or restore was not done."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What an archive held or now holds."""

    engine: str
    revision: str
    made_at: str
    files: int
    head: dict[str, Any] | None


def backup(target: Path) -> Contents:
    """Write the archive ``target`` (readable by its owner only); nothing is left behind when it fails."""
    if target.exists():
        raise BackupError(f"{target} exists already")
    with _workplace(target.absolute().parent) as folder:
        copy = folder / "database"
        engine = "sqlite" if is_sqlite() else "postgresql"
        head, revision = seal.export_head(), _revision()
        session.rollback()
        _copy_sqlite(_sqlite_file(), copy) if engine == "sqlite" else _dump(copy)
        # contents are on disk before their rows are: whatever the copied rows name is there
        contents = sorted(path for path in files.root().glob("??/*") if path.is_file() and len(path.name) == 64)
        made = Contents(engine, revision, clock.now().isoformat(), len(contents), head)
        about = {"format": FORMAT, "digest": _digest(copy), **{name: getattr(made, name) for name in made.__slots__}}
        (folder / "backup.json").write_text(json.dumps(about, indent=1))
        fresh = folder / "archive"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            with tarfile.open(fileobj=handle, mode="w|") as archive:
                archive.add(folder / "backup.json", "backup.json")
                archive.add(copy, "database")
                for path in contents:
                    archive.add(path, f"files/{path.parent.name}/{path.name}")
            handle.flush()
            os.fsync(handle.fileno())
        fresh.replace(target)
    return made


def restore(source: Path, *, force: bool = False) -> Contents:
    """Put the archive's content in place of the present one; refuses a database that holds rows unless ``force``."""
    if not force and (table := _first_used_table()):
        raise BackupError(f"the database is not empty ({table} holds rows); --force replaces it")
    session.remove()
    with _workplace(files.root().absolute().parent) as folder:
        about = _unpack(source, folder)
        engine = "sqlite" if is_sqlite() else "postgresql"
        if about["engine"] != engine:
            raise BackupError(f"the archive is of {about['engine']}, this database is {engine}")
        if _digest(folder / "database") != about["digest"]:
            raise BackupError("the archive is damaged: its database does not fit its digest")
        for path in (folder / "files").glob("??/*"):
            if _digest(path) != path.name:
                raise BackupError(f"the archive is damaged: file {path.name} does not fit its digest")
        session.remove()
        _replace_sqlite(folder / "database") if engine == "sqlite" else _load(folder / "database")
        for path in (folder / "files").glob("??/*"):
            final = files.root() / path.parent.name / path.name
            final.parent.mkdir(parents=True, exist_ok=True)
            path.replace(final)
    if about["head"]:
        seal.head_file().write_text(json.dumps(about["head"]))
    else:
        seal.head_file().unlink(missing_ok=True)
    return Contents(*(about[name] for name in Contents.__slots__))


def _sqlite_file() -> Path:
    name = db.engine.url.database
    if not name or name == ":memory:":
        raise BackupError("a database in memory cannot be backed up")
    return Path(name)


def _copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy of a database in use (SQLite's online backup)."""
    with _sqlite(source) as read, _sqlite(target) as written:
        read.backup(written, pages=2000)
        written.execute("PRAGMA journal_mode=DELETE")


def _replace_sqlite(source: Path) -> None:
    with _sqlite(source) as read:
        if read.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupError("the archive is damaged: its database does not pass SQLite's own check")
        db.engine.dispose()
        with _sqlite(_sqlite_file()) as written:
            read.backup(written)
            written.execute("PRAGMA journal_mode=WAL")


@contextmanager
def _sqlite(path: Path) -> Iterator[sqlite3.Connection]:
    module = db.engine.dialect.dbapi  # pysqlite3 where it is installed: the same SQLite as the product runs on
    connection = module.connect(str(path), timeout=30, isolation_level=None)  # type: ignore[union-attr]
    try:
        yield connection
    finally:
        connection.close()


def _dump(target: Path) -> None:
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}", database=False)


def _load(source: Path) -> None:
    _run("pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", str(source))


def _run(program: str, *arguments: str, database: bool = True) -> None:
    """A PostgreSQL client program against our database; the password goes by the environment, never by arguments."""
    found = shutil.which(program)
    if found is None:
        raise BackupError(f"{program} is not on this machine: install PostgreSQL's client programs")
    url: URL = db.engine.url
    environment = {**os.environ, "PGPASSWORD": str(url.password or "")}
    place = [
        f"--host={url.host or 'localhost'}",
        f"--port={url.port or 5432}",
        f"--username={url.username or 'postgres'}",
    ]
    command = [found, *place, f"--dbname={url.database}", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        last = done.stderr.strip().splitlines()[:1]
        raise BackupError(f"{program} failed: {last[0] if last else done.returncode}")


def _revision() -> str:
    if not inspect(session.connection()).has_table("alembic_version"):
        return ""
    return ", ".join(sorted(session.scalars(text("SELECT version_num FROM alembic_version"))))


def _first_used_table() -> str | None:
    present = set(inspect(session.connection()).get_table_names())
    for table in Base.metadata.sorted_tables:
        if table.name in present and session.execute(select(text("1")).select_from(table).limit(1)).first():
            return table.name
    return None


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Unpack the members an archive of ours has, and no others; returns what it says of itself."""
    try:
        with tarfile.open(source, mode="r|") as archive:
            for member in archive:
                if not (member.isfile() and _is_ours(member.name)):
                    raise BackupError(f"this is not a backup of Qiao: it holds {member.name[:80]!r}")
                archive.extract(member, folder, filter="data")
        about: dict[str, Any] = json.loads((folder / "backup.json").read_text("utf-8"))
        if about["format"] != FORMAT:
            raise BackupError(f"the archive's format {about['format']} is not known here")
        _names = [about[name] for name in (*Contents.__slots__, "digest")]
    except (tarfile.TarError, OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{source} is not a whole backup of Qiao ({type(error).__name__})") from error
    return about


def _is_ours(name: str) -> bool:
    if name in ("backup.json", "database"):
        return True
    parts = name.split("/")
    hexadecimal = all(c in "0123456789abcdef" for part in parts[1:] for c in part)
    return len(parts) == 3 and parts[0] == "files" and len(parts[1]) == 2 and len(parts[2]) == 64 and hexadecimal


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


@contextmanager
def _workplace(parent: Path) -> Iterator[Path]:
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".qiao-backup-", dir=parent) as folder:
        yield Path(folder)
