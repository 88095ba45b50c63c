"""What ``MAIL_URL`` says: ``smtp://user:password@host:587?starttls=1``, ``smtps://host``, or ``log:`` for the log."""

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over; ``tls`` from the first byte, ``starttls`` after greeting."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: bool = False
    starttls: bool = False

    def __repr__(self) -> str:
        return f"MailServer({self.host}:{self.port})"


def server(url: str | None) -> MailServer | None:
    """The server that ``url`` names; None for the log. Raises ``ValueError`` with a sentence for anything else."""
    if not url or url in ("log", "log:", "log://"):
        return None
    parts = urlsplit(url)
    options = parse_qs(parts.query, keep_blank_values=True)
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or set(options) - {"starttls"}:
        raise ValueError("MAIL_URL is smtp://[user:password@]host[:port][?starttls=1], smtps://… or log:")
    try:
        port = parts.port or PORTS[parts.scheme]
    except ValueError as error:
        raise ValueError("the port of MAIL_URL is not a number up to 65535") from error
    wanted = options.get("starttls", ["0"])[-1]
    if wanted not in ("0", "1"):
        raise ValueError("starttls in MAIL_URL is 0 or 1")
    return MailServer(
        parts.hostname,
        port,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        parts.scheme == "smtps",
        wanted == "1",
    )
