"""Who is spoken to in a comment: ``@`` and a name, or a user name."""

import re

LONGEST = 16
MOST = 10
"""Mentions that are heard in one comment."""
_CALLED = re.compile(rf"[@＠]([\w·.\-]{{2,{LONGEST}}})")


def called(text: str) -> list[tuple[str, ...]]:
    """For each ``@`` what may be the name behind it, longest first: Chinese is written on without a space."""
    found = dict.fromkeys(match.group(1) for match in _CALLED.finditer(text))
    return [tuple(word[:size] for size in range(len(word), 1, -1)) for word in list(found)[:MOST]]
