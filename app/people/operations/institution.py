"""The institution: its kind, its words, its calendar, and how an empty one begins."""

from datetime import date

from sqlalchemy import select

from app.core import audit, calendar, clock
from app.core.actor import SYSTEM, Actor
from app.core.database import session
from app.core.errors import Conflict, FieldError, Invalid
from app.core.texts import _l
from app.people import audit as noted
from app.people.models import Institution, Person, Placement, Posting, Term
from app.people.permissions import CALENDAR_EDIT, VOCABULARY_EDIT
from app.people.queries.institution import vocabulary
from app.people.rules.vocabulary import KINDS, institution_kinds, shipped


def found_institution(kind: str) -> None:
    """Begin an institution of that kind in an empty database (the system only, ``flask init`` and demonstrations)."""
    if session.get(Institution, 1) is not None or session.scalar(select(Person.id).limit(1)) is not None:
        raise Conflict(_l("This database holds an institution already."))
    _check_kind(kind)
    session.add(Institution(id=1, kind=kind))
    session.flush()
    audit.record(SYSTEM, noted.INSTITUTION_SET, changes={"kind": (None, kind)})


def change_kind(actor: Actor, kind: str, version: int | None = None) -> None:
    """Make it another kind of institution; refused once units below the root use its level names."""
    actor.require(VOCABULARY_EDIT)
    _check_kind(kind)
    row = session.get(Institution, 1, with_for_update=True, populate_existing=True)
    if row is None:
        session.add(Institution(id=1, kind=kind))
        session.flush()
        return
    if version is not None and version != row.version:
        raise Conflict()
    if row.kind == kind:
        return
    known = {word.key for word in shipped(kind, "level")}
    used = session.scalars(select(Placement.level).where(Placement.superseded_at.is_(None)).distinct())
    if set(used) - known:
        raise Invalid("kind", "in_use", _l("Units stand on levels that this kind of institution does not have."))
    audit.record(actor, noted.INSTITUTION_SET, changes={"kind": (row.kind, kind)})
    row.kind = kind
    row.version += 1
    session.flush()


def set_term(
    actor: Actor, *, kind: str, key: str, zh: str, en: str, position: int | None = None, retired: bool = False
) -> None:
    """Rename, retire or add a word of the vocabulary: a level, post, grade or industry.

    A level in use cannot be retired. Raises ``Invalid`` field by field.
    """
    actor.require(VOCABULARY_EDIT)
    faults = []
    if kind not in KINDS:
        faults.append(FieldError("kind", "unknown", _l("Choose what it is.")))
    if not key.isascii() or not key.replace("_", "a").isalnum() or not 1 <= len(key) <= 40:
        faults.append(FieldError("key", "invalid", _l("A key has up to 40 small letters, digits or underscores.")))
    for field, title, most in (("zh", zh, 40), ("en", en, 60)):
        if not 1 <= len(title.strip()) <= most:
            faults.append(FieldError(field, "length", _l("Between 1 and %(count)s characters.", count=most)))
    if faults:
        raise Invalid.many(faults)
    known = {word.key: word for word in vocabulary()[kind]}
    if retired and _in_use(kind, key):
        raise Invalid("retired", "in_use", _l("This word is in use and cannot be retired."))
    if position is None:
        position = known[key].position if key in known else max((w.position for w in known.values()), default=0) + 10
    if not 0 <= position <= 10000:
        raise Invalid("position", "out_of_range", _l("The place in the order is a number from 0 to 10,000."))
    term = session.scalar(select(Term).where(Term.kind == kind, Term.key == key).with_for_update())
    old = known[key].title if key in known else {}
    if term is None:
        session.add(Term(kind=kind, key=key, zh=zh.strip(), en=en.strip(), position=position, retired=retired))
    else:
        term.zh, term.en, term.position, term.retired = zh.strip(), en.strip(), position, retired
    if session.get(Institution, 1) is None:
        session.add(Institution(id=1, kind="bank"))
    session.flush()
    changes = {"zh": (old.get("zh"), zh.strip()), "en": (old.get("en"), en.strip())}
    audit.record(actor, noted.TERM_SET, changes=changes, kind=kind, key=key)


def set_calendar_day(actor: Actor, day: date, working: bool | None, note: str = "") -> None:
    """Declare a day working or free for the whole institution; None takes that back. Deadlines follow by signal."""
    actor.require(CALENDAR_EDIT)
    if not date(2004, 1, 1) <= day <= date(clock.today().year + 10, 12, 31):
        raise Invalid("day", "out_of_range", _l("Choose a day within the next ten years."))
    if len(note) > 200:
        raise Invalid("note", "length", _l("At most %(count)s characters.", count=200))
    before = calendar.current().is_working(day)
    calendar.set_day(day, working, note.strip())
    after = calendar.current().is_working(day)
    audit.record(actor, noted.CALENDAR_SET, changes={"working": (before, after), "note": (None, note.strip())}, day=day)


def _check_kind(kind: str) -> None:
    if kind not in institution_kinds():
        raise Invalid("kind", "unknown", _l("Choose a kind of institution."))


def _in_use(kind: str, key: str) -> bool:
    column = {"level": Placement.level, "post": Posting.post, "grade": Posting.grade}.get(kind)
    if column is None:
        return False
    table = column.class_
    return session.scalar(select(table.id).where(column == key, table.superseded_at.is_(None)).limit(1)) is not None
