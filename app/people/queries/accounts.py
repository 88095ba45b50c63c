"""Reading sign-ins: whose session a token is, how often somebody has tried, which keys a person has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, or_, select

from app.core import clock
from app.core.database import fetch, session
from app.core.types import UtcDateTime
from app.people.models import ApiToken, Person, SignInAttempt, SignInSession
from app.people.rules import secrets, throttle


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session and the person it belongs to."""

    session_id: int
    seen_at: datetime
    id: int
    name: str
    username: str
    locale: str | None
    theme: str
    state: str
    must_change_password: bool


_NOW = bindparam("now", type_=UtcDateTime())
_SIGNED_IN = (
    select(
        SignInSession.id,
        SignInSession.seen_at,
        Person.id,
        Person.name,
        Person.username,
        Person.locale,
        Person.theme,
        Person.state,
        Person.must_change_password,
    )
    .join(Person, Person.id == SignInSession.person_id)
    .where(
        SignInSession.digest == bindparam("digest"),
        SignInSession.ended_at.is_(None),
        SignInSession.expires_at > _NOW,
        SignInSession.seen_at > bindparam("idle_since", type_=UtcDateTime()),
        Person.state == "active",
    )
)
# built once: this is asked at every request


def signed_in(token: str, idle: timedelta) -> SignedIn | None:
    """The live session with that token; None when it has ended, is idle for too long, too old, or its account closed."""
    now = clock.now()
    row = fetch(_SIGNED_IN, {"digest": secrets.digest(token), "now": now, "idle_since": now - idle}).one_or_none()
    return None if row is None else SignedIn(*row)


@dataclass(frozen=True, slots=True)
class SessionView:
    """A live sign-in, for the list of one's own."""

    id: int
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str | None
    agent: str


def live_sessions(person_id: int, idle: timedelta) -> Sequence[SessionView]:
    """The live sign-ins of a person, last used first."""
    now = clock.now()
    rows = session.execute(
        select(
            SignInSession.id,
            SignInSession.created_at,
            SignInSession.seen_at,
            SignInSession.expires_at,
            SignInSession.address,
            SignInSession.agent,
        )
        .where(
            SignInSession.person_id == person_id,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > now,
            SignInSession.seen_at > now - idle,
        )
        .order_by(SignInSession.seen_at.desc(), SignInSession.id.desc())
        .limit(50)
    )
    return [SessionView(*row) for row in rows]


def sign_in_attempts(account: str, origin: str) -> throttle.Record:
    """What the throttle needs to know of a pair of account digest and origin: two statements."""
    since = clock.now() - throttle.WINDOW
    of_pair = (SignInAttempt.account == account, SignInAttempt.origin == origin)
    last_success = (
        select(func.max(SignInAttempt.id)).where(*of_pair, SignInAttempt.succeeded.is_(True)).scalar_subquery()
    )
    pair = session.scalars(
        select(SignInAttempt.at)
        .where(
            *of_pair,
            SignInAttempt.succeeded.is_(False),
            SignInAttempt.at > since,
            SignInAttempt.id > func.coalesce(last_success, 0),
        )
        .order_by(SignInAttempt.at.desc())
        .limit(40)
    ).all()
    failed = select(func.count()).where(SignInAttempt.at > since, SignInAttempt.succeeded.is_(False))
    of_account, of_origin = session.execute(
        select(
            failed.where(SignInAttempt.account == account).scalar_subquery(),
            failed.where(SignInAttempt.origin == origin).scalar_subquery(),
        )
    ).one()
    return throttle.Record(pair[::-1], of_account, of_origin)


def waits_of(username: str) -> int:
    """How many failed attempts at an account are still remembered."""
    since = clock.now() - throttle.WINDOW
    return (
        session.scalar(
            select(func.count()).where(
                SignInAttempt.account == secrets.account_of(username),
                SignInAttempt.at > since,
                SignInAttempt.succeeded.is_(False),
            )
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class TokenOwner:
    """The person that a program acts for, with the key it uses."""

    person_id: int
    token_id: int
    last_used_at: datetime | None


def person_for_token(token: str) -> TokenOwner | None:
    """Whose API key ``token`` is; None when it is unknown, revoked, out of date, or its account closed."""
    if not token.startswith(secrets.TOKEN_PREFIX) or len(token) > 100:
        return None
    row = session.execute(
        select(ApiToken.person_id, ApiToken.id, ApiToken.last_used_at)
        .join(Person, Person.id == ApiToken.person_id)
        .where(
            ApiToken.digest == secrets.digest(token),
            ApiToken.revoked_at.is_(None),
            or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > clock.now()),
            Person.state == "active",
        )
    ).one_or_none()
    return None if row is None else TokenOwner(*row)


@dataclass(frozen=True, slots=True)
class TokenView:
    """A key in the list of one's own: never the secret itself, only how it begins."""

    id: int
    name: str
    start: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


def tokens_of(person_id: int) -> Sequence[TokenView]:
    """The keys of a person that are not revoked, newest first."""
    rows = session.execute(
        select(
            ApiToken.id,
            ApiToken.name,
            ApiToken.start,
            ApiToken.created_at,
            ApiToken.expires_at,
            ApiToken.last_used_at,
        )
        .where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.id.desc())
        .limit(100)
    )
    return [TokenView(*row) for row in rows]
