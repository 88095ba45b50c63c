"""Mail: outbox messages of kind ``mail`` go to the server of ``MAIL_URL``, or to the log when there is none.

Any room leaves one with ``outbox.put("mail", to=address, subject=…, text=…)`` in its own transaction.
"""

import hashlib
import json
import logging
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import Any

from flask import Flask, current_app

from app.core import outbox
from app.core.settings import SettingsError
from app.ops.rules import mail
from app.ops.rules.lines import one_line

TIMEOUT = 20
log = logging.getLogger(__name__)


def deliver(body: Mapping[str, Any]) -> None:
    """Hand one message over; what the server answers otherwise is raised, and the outbox tries again later."""
    message = compose(body, current_app.config["MAIL_FROM"])
    target: mail.MailServer | None = current_app.extensions["qiao-mail"]
    if target is None:
        log.info("mail %s to %s: %s", message["Message-ID"], message["To"], message["Subject"])
        return
    with _session(target) as server:
        _hand_over(server, message)


@contextmanager
def _session(target: mail.MailServer) -> Iterator[smtplib.SMTP]:
    server = _connect(target)
    try:
        if target.starttls:
            server.starttls(context=ssl.create_default_context())
        if target.user:
            server.login(target.user, target.password)
        yield server
        with suppress(smtplib.SMTPException, OSError):  # the mail is taken; how the server says goodbye changes nothing
            server.quit()
    finally:
        server.close()


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    """Send one mail. Whatever goes wrong before its last line has failed; after it nobody knows: :class:`outbox.Unclear`."""
    server.ehlo_or_helo_if_needed()
    _expect(server.mail(_address(message["From"])), 250)
    _expect(server.rcpt(_address(message["To"])), 250, 251)
    _expect(server.docmd("DATA"), 354)
    lines = message.as_bytes(policy=SMTP).replace(b"\r\n.", b"\r\n..")
    try:
        server.send(lines + (b"" if lines.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        answer = server.getreply()
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        raise outbox.Unclear(f"the connection was lost after the mail was handed over ({error})") from error
    _expect(answer, 250)


def _expect(answer: tuple[int, bytes], *good: int) -> None:
    code, words = answer
    if code not in good:
        raise smtplib.SMTPResponseException(code, words.decode("utf-8", "replace"))


def _address(header: Any) -> str:
    return parseaddr(str(header))[1]


def compose(body: Mapping[str, Any], sender: str) -> EmailMessage:
    """The message; its Message-ID stays the same at every attempt, so a mail handed over twice is shown once."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = one_line(str(body["to"]))
    message["Subject"] = one_line(str(body["subject"]))
    message["Message-ID"] = message_id(body, sender)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(str(body.get("text", "")))
    return message


def message_id(body: Mapping[str, Any], sender: str) -> str:
    """Made of the content and its place in the outbox: the same at every attempt, another for every message."""
    plain = json.dumps(dict(body), sort_keys=True, ensure_ascii=False, default=str).encode()
    domain = sender.rsplit("@", 1)[-1].strip(" >") or "localhost"
    return f"<{hashlib.sha256(plain).hexdigest()[:32]}.qiao@{domain}>"


def _connect(target: mail.MailServer) -> smtplib.SMTP:
    if target.tls:
        return smtplib.SMTP_SSL(target.host, target.port, timeout=TIMEOUT, context=ssl.create_default_context())
    return smtplib.SMTP(target.host, target.port, timeout=TIMEOUT)


def register(app: Flask) -> None:
    """Carry the outbox's mail; an unusable ``MAIL_URL`` stops the start."""
    try:
        app.extensions["qiao-mail"] = mail.server(app.config.get("MAIL_URL"))
    except ValueError as error:
        raise SettingsError(str(error)) from error
    outbox.carrier("mail", deliver)
