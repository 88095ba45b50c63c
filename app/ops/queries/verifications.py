"""When history was last verified, and how far it is sealed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.core import seal
from app.core.database import session
from app.core.seal import Seal
from app.ops.models import Verification


@dataclass(frozen=True, slots=True)
class SealState:
    """How far history is sealed: number and time of the last seal, seals in all, chains that have moved since."""

    last: int | None
    at: datetime | None
    seals: int
    unsealed: int


def latest() -> Verification | None:
    """The last verification that has ended."""
    return session.scalar(
        select(Verification).where(Verification.ended_at.is_not(None)).order_by(Verification.ended_at.desc()).limit(1)
    )


def waiting() -> Verification | None:
    """A verification that was asked for and has not ended."""
    return session.scalar(
        select(Verification).where(Verification.ended_at.is_(None)).order_by(Verification.id).limit(1)
    )


def seal_state() -> SealState:
    """How far history is sealed."""
    number, at, count = session.execute(select(func.max(Seal.id), func.max(Seal.at), func.count())).one()
    return SealState(number, at, count, seal.unsealed())
