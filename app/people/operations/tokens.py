"""Keys for programs: made by their person, shown once, revocable at any time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from app.core import audit, clock
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Invalid, NotFound
from app.core.texts import _l
from app.people import audit as noted
from app.people.models import ApiToken
from app.people.permissions import TOKEN_EDIT
from app.people.rules import secrets

MOST = 20
LASTS = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A fresh key: the secret is here and nowhere else."""

    id: int
    secret: str
    expires_at: datetime


def create_token(actor: Actor, *, name: str, person_id: int | None = None) -> MadeToken:
    """Make a key that acts with exactly the person's rights for a year. ``person_id``: for whom, by the system only."""
    actor.require(TOKEN_EDIT)
    owner = person_id if actor.is_system and person_id is not None else actor.id
    name = " ".join(name.split())
    if not 1 <= len(name) <= 80:
        raise Invalid("name", "length", _l("A name has 1 to 80 characters."))
    live = select(func.count()).where(ApiToken.person_id == owner, ApiToken.revoked_at.is_(None))
    if (session.scalar(live) or 0) >= MOST:
        raise Invalid("name", "too_many", _l("Revoke a key first: at most %(count)s are kept.", count=MOST))
    secret = secrets.new_token()
    now = clock.now()
    token = ApiToken(
        person_id=owner,
        name=name,
        start=secret[:10],
        digest=secrets.digest(secret),
        created_at=now,
        expires_at=now + LASTS,
    )
    session.add(token)
    session.flush()
    audit.record(actor, noted.TOKEN_CREATED, target=("person", owner), token_id=token.id)
    return MadeToken(token.id, secret, now + LASTS)


def revoke_token(actor: Actor, token_id: int) -> None:
    """Revoke one of one's own keys; programs that use it are refused from now on."""
    actor.require(TOKEN_EDIT)
    token = session.get(ApiToken, token_id)
    if token is None or token.person_id != actor.id:
        raise NotFound()
    session.execute(
        update(ApiToken).where(ApiToken.id == token_id, ApiToken.revoked_at.is_(None)).values(revoked_at=clock.now())
    )
    audit.record(actor, noted.TOKEN_REVOKED, target=("person", actor.id), token_id=token_id)


def token_used(token_id: int, at: datetime) -> None:
    """Note that a key was used (called after the answer, at most once a minute a key)."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=at))
