"""Tables of people."""

from app.people.models.absences import Absence
from app.people.models.accounts import ApiToken, SignInAttempt, SignInSession
from app.people.models.grants import ADMINISTRATORS, Grant
from app.people.models.institution import Institution, Term
from app.people.models.persons import Person, Posting
from app.people.models.resets import Reset
from app.people.models.teams import Membership, Team
from app.people.models.units import Placement, Unit

__all__ = [
    "ADMINISTRATORS",
    "Absence",
    "ApiToken",
    "Grant",
    "Institution",
    "Membership",
    "Person",
    "Placement",
    "Posting",
    "Reset",
    "SignInAttempt",
    "SignInSession",
    "Team",
    "Term",
    "Unit",
]
