"""Rights over the logs. Only the auditor reads them: neither those who make accounts nor those who grant (DESIGN §3)."""

from app.core.actor import Scope
from app.core.permissions import permission
from app.core.texts import _l

AUDIT_VIEW = permission("ops:audit:view", title=_l("Read the audit"), roles={"auditor": Scope.ALL})
AUDIT_EXPORT = permission("ops:audit:export", title=_l("Export the audit"), roles={"auditor": Scope.ALL})
