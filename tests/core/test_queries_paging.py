"""Keyset paging: every row once, in order, however deep; a forged mark is told, never a fault."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.core import clock, paging
from app.core.database import session
from app.core.errors import Invalid
from app.core.jobs import JobBeat
from app.core.paging import Key

KEYS = [Key(JobBeat.done, descending=True), Key(JobBeat.name)]


def add_beats(number: int) -> None:
    session.add_all(JobBeat(name=f"job {n:03}", at=clock.now(), done=n % 5) for n in range(number))
    session.flush()


def test_every_row_comes_once_and_in_order(app):
    add_beats(57)
    seen, cursor = [], None
    while True:
        page = paging.keyset(select(JobBeat.name, JobBeat.done), KEYS, cursor, 10)
        seen += [(row.name, row.done) for row in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 57
    assert seen == sorted(seen, key=lambda row: (-row[1], row[0]))


def forged(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%%%",
        "=",
        forged(1),
        forged(1, 2, 3),
        forged({"x": 1}, 2),
        forged(2**70, "a"),
        forged(1, "\x00"),
        forged([], {}),
        "9" * 5000,
    ],
)
def test_a_forged_mark_is_refused(app, cursor):
    add_beats(3)
    with pytest.raises(Invalid):
        paging.keyset(select(JobBeat.name), KEYS, cursor, 10)


@given(st.text(max_size=60))
def test_a_page_size_is_a_number_within_limits(raw):
    try:
        size = paging.limit_of(raw)
    except Invalid as error:
        size = 200 if error.errors[0].field == "limit" else 0
    assert 1 <= size <= 200
