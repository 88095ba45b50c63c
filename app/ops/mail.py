"""Mail: outbox messages of kind ``mail`` go to the server of ``MAIL_URL``, or to the log when there is none.

Any room leaves one with ``outbox.put("mail", to=address, subject=…, text=…)`` in its own transaction.
"""

import hashlib
import json
import logging
import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
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
    with _connect(target) as server:
        if target.starttls:
            server.starttls(context=ssl.create_default_context())
        if target.user:
            server.login(target.user, target.password)
        server.send_message(message)


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
