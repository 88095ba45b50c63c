"""Files that people add: typed by content, limited in size and quota, kept once per content under our own names."""

import hashlib
import os
import re
import tempfile
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from flask import current_app
from sqlalchemy import BigInteger, CheckConstraint, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.actor import Actor
from app.core.database import Base, Id, session
from app.core.errors import Invalid, NotFound
from app.core.texts import _l
from app.core.types import UtcDateTime

MAX_SIZE = 20 * 1024 * 1024
QUOTA = 2 * 1024 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024

_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"GIF87a", "image/gif", "gif"),
    (b"GIF89a", "image/gif", "gif"),
)
_OFFICE = {
    "word/": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xl/": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "ppt/": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
}
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


class StoredFile(Base):
    """One uploaded file: what it is for, whose it is, and the digest under which its content is kept."""

    __tablename__ = "core_file"
    __table_args__ = (CheckConstraint("size >= 0", name="size"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    purpose: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    owner_id: Mapped[int] = mapped_column(BigInteger, index=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


_readers: dict[str, Callable[[Actor, int], bool]] = {}


def reader(purpose: str, may_read: Callable[[Actor, int], bool]) -> None:
    """Say who may read files of ``purpose``: a function of the actor and the file's id."""
    _readers[purpose] = may_read


def store(
    stream: IO[bytes], filename: str, actor: Actor, purpose: str, *, only: frozenset[str] | None = None
) -> StoredFile:
    """Keep an uploaded file; raises ``Invalid("file", …)`` for an empty, too large or unknown kind of content.

    ``only`` narrows the content types taken (for photos: :data:`IMAGES`). The content is on disk before the row is
    added, so a committed row always has its content.
    """
    folder = root()
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as handle:
        path = Path(handle.name)
        try:
            while block := stream.read(65536):
                size += len(block)
                if size > MAX_SIZE:
                    raise Invalid("file", "too_large", _l("The file is larger than 20 MB."))
                digest.update(block)
                handle.write(block)
            if not size:
                raise Invalid("file", "empty", _l("The file is empty."))
            handle.flush()
            os.fsync(handle.fileno())
            content_type = content_type_of(path)
            if content_type is None or (only is not None and content_type not in only):
                raise Invalid(
                    "file",
                    "content_type",
                    _l("Files of this kind are not taken: use a photo, PDF, Office or text file."),
                )
            used = session.scalar(select(func.sum(StoredFile.size)).where(StoredFile.owner_id == actor.id)) or 0
            if used + size > QUOTA:
                raise Invalid("file", "quota", _l("Your space for files is used up."))
            final = _path(digest.hexdigest())
            final.parent.mkdir(exist_ok=True)
            path.replace(final)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    row = StoredFile(
        purpose=purpose, name=clean_name(filename), content_type=content_type, size=size,
        digest=digest.hexdigest(), owner_id=actor.id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def open_for(actor: Actor, file_id: int) -> tuple[StoredFile, Path]:
    """The file's row and where its content lies; ``NotFound`` unless its room lets ``actor`` read it."""
    row = session.get(StoredFile, file_id)
    if row is None or row.purpose not in _readers or not _readers[row.purpose](actor, file_id):
        raise NotFound()
    path = _path(row.digest)
    if not path.is_file():
        raise NotFound(_l("The content of this file is not on this machine."))
    return row, path


def content_type_of(path: Path) -> str | None:
    """Content type by what is inside, never by name; None for what is not taken."""
    with path.open("rb") as handle:
        head = handle.read(4096)
    for signature, content_type, _ending in _SIGNATURES:
        if head.startswith(signature):
            return content_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"PK\x03\x04"):
        return _office_type(path)
    if b"\x00" in head:
        return None
    try:
        head.decode("utf-8") if len(head) < 4096 else head[:-4].decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 8:
            return None
    head = head.removeprefix(b"\xef\xbb\xbf")  # a mark of UTF-8 hides nothing
    return None if re.match(rb"\s*<(!doctype|html|svg|\?xml|script)", head, re.I) else "text/plain"


def _office_type(path: Path) -> str | None:
    """An Office document is a zip with a known folder; measured before anybody unpacks it."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    if len(infos) > 5000 or sum(info.file_size for info in infos) > MAX_UNPACKED:
        return None
    names = [info.filename for info in infos]
    if any("vbaProject" in name for name in names):
        return None
    return next((kind for prefix, (kind, _e) in _OFFICE.items() if any(n.startswith(prefix) for n in names)), None)


def clean_name(filename: str | None) -> str:
    """A name fit for a header and a page: no path, no control characters, at most 120 characters."""
    name = re.sub(
        r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\"\\/:*?<>|]+", "_", (filename or "").rsplit("/", 1)[-1]
    ).strip(" .")
    if len(name) > 120:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[:110]}.{ending[:8]}" if dot else name[:120]
    return name or "file"


def root() -> Path:
    """Folder of the contents."""
    return Path(current_app.config.get("FILES_DIR") or Path(current_app.instance_path) / "files")


def _path(digest: str) -> Path:
    return root() / digest[:2] / digest


def describe(ids: list[int]) -> dict[int, Any]:
    """Name, size and type of several files, for lists."""
    rows = session.execute(
        select(StoredFile.id, StoredFile.name, StoredFile.size, StoredFile.content_type).where(StoredFile.id.in_(ids))
    )
    return {row.id: row for row in rows}
