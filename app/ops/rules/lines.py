"""A log is one line an event: nothing that a stranger typed can end a line, and no secret stands in it."""

import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SECRETS = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}"), r"\1 ***"),
    (re.compile(r"(?i)(://[^\s:/@]*):[^\s@]+@"), r"\1:***@"),
    (
        re.compile(r"(?i)\b(password|passwd|secret|token|csrf_token)(['\"]?\s*[=:]\s*)(['\"]?)[^\s'\"&,;]+"),
        r"\1\2\3***",
    ),
)
LONGEST = 8000


def one_line(message: str) -> str:
    """The message with every control character written out, secrets starred, and of sane length."""
    for pattern, stars in _SECRETS:
        message = pattern.sub(stars, message)
    line = _CONTROL.sub(lambda found: _NAMED.get(found[0], f"\\x{ord(found[0]):02x}"), message)
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
