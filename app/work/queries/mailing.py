"""How people want to be told: their choices and hours, for many at once."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select

from app.core.database import session
from app.work.models import MailChoice, MailHours
from app.work.rules.quiet import Hours


@dataclass(frozen=True, slots=True)
class Wishes:
    """What several people have chosen; who has not chosen gets the defaults."""

    choices: dict[tuple[int, str], str] = field(default_factory=dict)
    hours: dict[int, Hours] = field(default_factory=dict)

    def mail(self, person_id: int, group: str, default: str) -> str:
        """``none``, ``now`` or ``digest``."""
        return self.choices.get((person_id, group), default)

    def hours_of(self, person_id: int) -> Hours:
        """The person's hours."""
        return self.hours.get(person_id, DEFAULT)


DEFAULT = Hours()


def wishes_of(ids: Collection[int]) -> Wishes:
    """The wishes of these people, in two statements; none for nobody."""
    if not ids:
        return Wishes()
    wanted = sorted(ids)
    choices = session.execute(
        select(MailChoice.person_id, MailChoice.group, MailChoice.mail).where(MailChoice.person_id.in_(wanted))
    )
    hours = session.execute(
        select(
            MailHours.person_id, MailHours.quiet_from, MailHours.quiet_until, MailHours.digest_at,
            MailHours.working_days, MailHours.zone,
        ).where(MailHours.person_id.in_(wanted))
    )  # fmt: skip
    return Wishes(
        {(person, group): mail for person, group, mail in choices},
        {row.person_id: Hours(*row[1:]) for row in hours},
    )
