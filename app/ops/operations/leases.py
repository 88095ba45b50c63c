"""One process at a time does a task: a row with a holder and an end, taken by one conditional update."""

from datetime import timedelta

from sqlalchemy import CursorResult, delete, or_, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as lite_insert

from app.core import clock
from app.core.database import is_sqlite, session
from app.ops.models import Lease


def hold(name: str, holder: str, seconds: int) -> bool:
    """Take or renew the lease for so many seconds; False while another holds it."""
    now = clock.now()
    until = now + timedelta(seconds=seconds)
    renewed = session.execute(
        update(Lease)
        .where(Lease.name == name, or_(Lease.holder == holder, Lease.until <= now))
        .values(holder=holder, until=until)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(renewed, CursorResult)
    if renewed.rowcount:
        return True
    make = lite_insert if is_sqlite() else pg_insert
    made = session.execute(
        make(Lease).values(name=name, holder=holder, until=until).on_conflict_do_nothing().returning(Lease.name)
    )
    return made.one_or_none() is not None


def let_go(name: str, holder: str) -> None:
    """Give the lease back, so that the next process need not wait for its end."""
    session.execute(
        delete(Lease).where(Lease.name == name, Lease.holder == holder).execution_options(synchronize_session=False)
    )
