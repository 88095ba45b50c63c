"""Log lines: one a message, and no secret in them."""

from hypothesis import given
from hypothesis import strategies as st

from app.ops.rules.lines import LONGEST, one_line


@given(st.text(max_size=300))
def test_whatever_was_typed_stays_in_one_line(typed):
    line = one_line(f"searched for {typed}")
    assert len(line.splitlines()) == 1
    assert all(ord(c) >= 32 for c in line)


def test_what_ends_a_line_is_written_out():
    assert one_line("a\r\nINFO forged") == "a\\r\\nINFO forged"
    assert one_line("a\x1b[31m\u2028b") == "a\\x1b[31m\\x2028b"


def test_secrets_are_starred():
    line = one_line("Authorization: Bearer qiao_abcdef123456 to smtp://u:hunter2@mail, password=hunter2&token='abc'")
    assert "qiao_abcdef123456" not in line
    assert "hunter2" not in line
    assert "abc'" not in line
    assert "smtp://u:***@mail" in line


def test_a_line_has_an_end():
    assert len(one_line("x" * 100_000)) == LONGEST + 1
