"""Rights over the logs and the mail. Only the auditor reads the audit: neither those who make accounts nor those who grant (DESIGN §3)."""

from app.core.actor import Scope
from app.core.permissions import permission
from app.core.texts import _l

AUDIT_VIEW = permission("ops:audit:view", title=_l("Read the audit"), roles={"auditor": Scope.ALL})
MAIL_VIEW = permission("ops:mail:view", title=_l("See whether mail goes out"), roles={"sysadmin": Scope.ALL})
MAIL_RETRY = permission("ops:mail:retry", title=_l("Send mail again"), roles={"sysadmin": Scope.ALL})
AUDIT_EXPORT = permission("ops:audit:export", title=_l("Export the audit"), roles={"auditor": Scope.ALL})
