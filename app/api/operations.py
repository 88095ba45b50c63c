"""Keeping first answers, counting guessed tokens, and forgetting both in time."""

from datetime import timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as lite_insert

from app.api.models import KeptAnswer, RefusedToken
from app.api.queries import WINDOW, Kept, kept_answer
from app.core import chain, clock
from app.core.actor import Actor
from app.core.database import is_sqlite, session, unit_of_work
from app.core.errors import Conflict
from app.core.texts import _l

KEPT_FOR = timedelta(hours=48)


def begin(actor: Actor, key: str, route: str, digest: str) -> Kept | None:
    """Reserve ``key`` for this request within the present transaction, or give the first answer it had.

    Two at once: the second waits for the first to commit (the unique key makes it) and then gets the same answer.
    Raises ``Conflict`` when the key stands for another request.
    """
    request = chain.value_digest([route, digest], "api")
    make = lite_insert if is_sqlite() else pg_insert
    reserved = session.execute(
        make(KeptAnswer)
        .values(person_id=actor.id, key=key, request=request, at=clock.now())
        .on_conflict_do_nothing(index_elements=["person_id", "key"])
        .returning(KeptAnswer.id)
    ).one_or_none()
    if reserved is not None:
        return None
    kept = kept_answer(actor.id, key)
    if kept is None or kept.status is None:
        raise Conflict(_l("A request with this Idempotency-Key is being worked on. Ask again in a moment."))
    if kept.request != request:
        raise Conflict(_l("This Idempotency-Key was used for another request."))
    return kept


def keep(actor: Actor, key: str, status: int, answer: Any, location: str | None) -> None:
    """Keep the answer of the present request, in its transaction."""
    session.execute(
        update(KeptAnswer)
        .where(KeptAnswer.person_id == actor.id, KeptAnswer.key == key)
        .values(status=status, answer=answer, location=location)
        .execution_options(synchronize_session=False)
    )


def refuse(address: str) -> None:
    """Count an unknown token."""
    session.add(RefusedToken(address=address))


def forget() -> int:
    """Job: forget answers after two days and guesses after their window; returns how many rows went."""
    gone = 0
    for model, age in ((KeptAnswer, KEPT_FOR), (RefusedToken, WINDOW)):
        with unit_of_work():
            done = session.execute(delete(model).where(model.at < clock.now() - age))
            assert isinstance(done, CursorResult)
            gone += done.rowcount
    return gone
