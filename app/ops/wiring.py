"""Registers the ops room: health, audit pages, mail, logs, the nightly verification and the command line."""

from flask import Flask

from app.core import jobs
from app.core.actor import SYSTEM
from app.core.texts import _l
from app.ops import logs, mail
from app.ops.commands import audit as audit_commands
from app.ops.commands import jobs as job_commands
from app.ops.commands.backup import backup, restore
from app.ops.commands.demo import demo
from app.ops.commands.wiring import wiring
from app.ops.operations.verifications import verify_due
from app.ops.permissions import AUDIT_VIEW, MAIL_VIEW
from app.ops.views import audit, health, outbox, steps
from app.people import administration
from app.web import menu

PAGES = (audit, steps)
"""Importing them declares the auditor's routes."""


def register(app: Flask) -> None:
    """Health and audit pages, the mail carrier, one-line logs, jobs and commands."""
    logs.register(app)
    mail.register(app)
    app.register_blueprint(health.bp)
    app.register_blueprint(audit.bp)
    app.register_blueprint(outbox.bp)
    administration.place("mail", _l("Outgoing mail"), _l("What waits, what is unclear, what was given up"), "mail.index",
                         permission=MAIL_VIEW, icon="mail", order=85)  # fmt: skip
    menu.item("audit", _l("Audit"), "audit.index", icon="audit", permission=AUDIT_VIEW, order=90, group="admin")
    jobs.every("ops.verify", lambda: verify_due(SYSTEM), minutes=1)
    app.cli.add_command(audit_commands.group)
    app.cli.add_command(job_commands.group)
    for command in (backup, demo, restore, wiring):
        app.cli.add_command(command)
