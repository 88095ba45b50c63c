"""Uploads are typed by what is inside them, never by their name."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import files
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound

LI = Actor(id=7)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def archive(*names: str, size: int = 5) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            packed.writestr(name, b"0" * size)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (b"%PDF-1.7 ...", "application/pdf"),
        ("拜访记录".encode(), "text/plain"),
        (archive("[Content_Types].xml", "word/document.xml"), files._OFFICE["word/"][0]),
        (archive("[Content_Types].xml", "xl/workbook.xml"), files._OFFICE["xl/"][0]),
    ],
)
def test_known_contents_are_kept(app, content, kind):
    row = files.store(io.BytesIO(content), "whatever.exe", LI, "tests")
    assert (row.content_type, row.size) == (kind, len(content))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00" + b"\x00" * 100,
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xef\xbb\xbf<svg xmlns='http://www.w3.org/2000/svg'/>",
        archive("evil.exe"),
        archive("word/document.xml", "word/vbaProject.bin"),
        b"PK\x03\x04 broken",
    ],
)
def test_other_contents_are_refused_at_the_field(app, content):
    with pytest.raises(Invalid) as refusal:
        files.store(io.BytesIO(content), "photo.png", LI, "tests")
    assert refusal.value.errors[0].field == "file"


def test_a_bomb_is_measured_before_it_is_unpacked(app):
    bomb = archive(*[f"xl/{n}" for n in range(30)], size=8_000_000)
    with pytest.raises(Invalid):
        files.store(io.BytesIO(bomb), "a.xlsx", LI, "tests")


def test_a_photo_only_field_refuses_a_text(app):
    with pytest.raises(Invalid):
        files.store(io.BytesIO(b"hello"), "a.png", LI, "tests", only=files.IMAGES)


def test_nobody_reads_a_file_whose_room_does_not_say_who_may(app):
    row = files.store(io.BytesIO(PNG), "a.png", LI, "nobody reads this")
    with pytest.raises(NotFound):
        files.open_for(LI, row.id)


@given(st.text(max_size=300))
def test_a_name_is_always_fit_for_a_header(name):
    cleaned = files.clean_name(name)
    assert 0 < len(cleaned) <= 120
    assert not set(cleaned) & set('\r\n\x00"/\\')
