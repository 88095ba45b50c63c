"""Writing notices, changing them, adding files (D29)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import IO, Any

from sqlalchemy import select, update

from app.core import audit, clock, files, search
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from app.core.files import StoredFile
from app.core.texts import _l
from app.people import queries as people
from app.people.audiences import checked
from app.people.queries.audiences import require_reach
from app.people.rules.audiences import Rule
from app.work.models import Notice, NoticeFile, NoticeRevision, Receipt
from app.work.permissions import NOTICE_WRITE
from app.work.queries import notices as reading
from app.work.rules import notices as rules
from app.workflow import operations as workflow
from app.workflow.registry import SubjectRef

KIND = "notice"
PURPOSE = "work.notice"
"""Purpose of stored files."""
WRITTEN = audit.declare("work.notice_written", _l("Notice written"), keys=("category",))
CHANGED = audit.declare("work.notice_changed", _l("Notice changed"), keys=("revision", "again"))
FILE_ADDED = audit.declare("work.notice_file_added", _l("File added to a notice"), keys=("file",))
FILE_REMOVED = audit.declare("work.notice_file_removed", _l("File of a notice removed"), keys=("file",))


def write_notice(
    actor: Actor,
    *,
    title: str,
    body: str,
    category: str,
    rule: Rule,
    required: bool = False,
    read_by: date | None = None,
    sign: bool = False,
    standing: bool = False,
    expires_on: date | None = None,
    questions: Sequence[Mapping[str, Any]] = (),
    submission: str | None = None,
) -> Notice:
    """Write a notice and begin its publication; the same ``submission`` gives the same notice."""
    actor.require(NOTICE_WRITE)
    mark = (submission or "")[:64] or None
    if mark:
        known = session.scalar(select(Notice).where(Notice.author_id == actor.id, Notice.submission == mark))
        if known is not None:
            return known
    require_reach(actor, rule, NOTICE_WRITE, field="audience")
    values = _checked(title, body, category, rule, required, read_by, sign, standing, expires_on, questions)
    unit_id = actor.home_unit_id or people.root_unit()
    notice = Notice(author_id=actor.id, unit_id=unit_id, submission=mark, search_text=_words(title), **values)
    session.add(notice)
    session.flush()
    subject = SubjectRef(KIND, notice.id, notice.title, unit_id, None, actor.id)
    notice.run_id = workflow.start(actor, KIND, subject, unit_id, owner_id=actor.id).id
    session.flush()
    audit.record(actor, WRITTEN, target=(KIND, notice.id), category=category)
    return notice


def change_notice(
    actor: Actor,
    notice_id: int,
    version: int,
    *,
    title: str,
    body: str,
    category: str,
    rule: Rule,
    required: bool = False,
    read_by: date | None = None,
    sign: bool = False,
    standing: bool = False,
    expires_on: date | None = None,
    questions: Sequence[Mapping[str, Any]] = (),
    again: bool = False,
) -> Notice:
    """Change a notice. A published one gets a new revision; ``again``: everybody has to read it once more.

    While it is being checked nothing changes: what is published is what was checked.
    """
    notice = for_writing(actor, notice_id)
    _open(notice)
    require_reach(actor, rule, NOTICE_WRITE, rule_of(notice), field="audience")
    values = _checked(title, body, category, rule, required, read_by, sign, standing, expires_on, questions)
    values["search_text"] = _words(title)
    store(notice, version, values)
    if notice.state == "published":
        revise(actor, notice, again=again)
    if notice.run_id is not None:
        workflow.relabel(notice.run_id, notice.title)
    audit.record(actor, CHANGED, target=(KIND, notice.id), revision=notice.revision, again=again)
    return notice


def for_writing(actor: Actor, notice_id: int) -> Notice:
    """A notice that the actor may change, locked; ``NotFound`` outside their sight, ``Forbidden`` inside it."""
    notice = reading.notice_for(actor, notice_id)
    if not reading.may_write(actor, notice):
        raise Forbidden(NOTICE_WRITE, _l("Only its author, or who writes notices for the unit, may change this."))
    session.refresh(notice, with_for_update=True)
    return notice


def store(notice: Notice, version: int, values: Mapping[str, Any]) -> None:
    """Write changed columns; ``Conflict`` when somebody else was faster."""
    done = session.execute(
        update(Notice)
        .where(Notice.id == notice.id, Notice.version == version)
        .values(**values, version=version + 1)
        .returning(Notice.id)
    ).one_or_none()
    if done is None:
        raise Conflict()
    session.refresh(notice)


def revise(actor: Actor, notice: Notice, *, again: bool) -> NoticeRevision:
    """Keep what a published notice says from now on under its next number and digest; nothing when nothing differs."""
    digest = rules.digest_of(notice.title, notice.body, notice.questions, _file_digests(notice.id))
    newest = reading.revisions_of(notice.id)
    if newest and newest[0].digest == digest and not again:
        return newest[0]
    notice.revision += 1
    notice.digest = digest
    row = NoticeRevision(
        notice_id=notice.id, number=notice.revision, title=notice.title, body=notice.body, digest=digest,
        questions=notice.questions, again=again, by=actor.id or notice.author_id, at=clock.now(),
    )  # fmt: skip
    session.add(row)
    if again:
        notice.wanted = notice.revision
        session.execute(update(Receipt).where(Receipt.notice_id == notice.id).values(rung=0))
    session.flush()
    return row


def add_file(actor: Actor, notice_id: int, stream: IO[bytes], filename: str) -> NoticeFile:
    """Add a file; to a published notice it makes a new revision. Raises ``Invalid`` (``file``)."""
    notice = for_writing(actor, notice_id)
    _open(notice)
    standing = len(reading.files_of(notice.id))
    if standing >= rules.FILES:
        raise Invalid("file", "too_many", _l("A notice has at most %(n)d files.", n=rules.FILES))
    stored = files.store(stream, filename, actor, PURPOSE)
    row = NoticeFile(notice_id=notice.id, file_id=stored.id)
    session.add(row)
    session.flush()
    if notice.state == "published":
        revise(actor, notice, again=False)
    audit.record(actor, FILE_ADDED, target=(KIND, notice.id), file=stored.id)
    return row


def remove_file(actor: Actor, notice_id: int, file_id: int) -> None:
    """Take a file off the notice; that it was there stays known."""
    notice = for_writing(actor, notice_id)
    _open(notice)
    row = session.scalar(
        select(NoticeFile).where(
            NoticeFile.notice_id == notice.id, NoticeFile.file_id == file_id, NoticeFile.removed_at.is_(None)
        )
    )
    if row is None:
        raise NotFound()
    row.removed_at = clock.now()
    session.flush()
    if notice.state == "published":
        revise(actor, notice, again=False)
    audit.record(actor, FILE_REMOVED, target=(KIND, notice.id), file=file_id)


def _open(notice: Notice) -> None:
    if notice.state not in ("draft", "published"):
        raise Conflict(_l("This notice is being checked or has ended; it cannot be changed now."))
    if notice.state == "published" and reading.must_be_checked():
        raise Conflict(_l("What was checked is not changed afterwards. Withdraw it and hand in a new one."))


def _file_digests(notice_id: int) -> Sequence[str]:
    return session.scalars(
        select(StoredFile.digest)
        .join(NoticeFile, NoticeFile.file_id == StoredFile.id)
        .where(NoticeFile.notice_id == notice_id, NoticeFile.removed_at.is_(None))
    ).all()


def _words(title: str) -> str:
    return search.index_text(title)


def _checked(
    title: str,
    body: str,
    category: str,
    rule: Rule,
    required: bool,
    read_by: date | None,
    sign: bool,
    standing: bool,
    expires_on: date | None,
    questions: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    faults: list[FieldError] = []

    def fault(field: str, code: str, message: Any) -> None:
        faults.append(FieldError(field, code, message))

    title, body = title.strip(), body.strip()
    if not title or len(title) > rules.TITLE:
        fault("title", "required", _l("Give a title of at most %(n)d characters.", n=rules.TITLE))
    if not body or len(body) > rules.BODY:
        fault("body", "required", _l("Write the text of the notice."))
    if category not in rules.CATEGORIES:
        fault("category", "unknown", _l("There is no such category."))
    if checked(rule).empty:
        fault("audience", "required", _l("Say whom this is for."))
    if read_by is not None and not required:
        fault("read_by", "not_required", _l("Only required reading has a date to be read by."))
    if expires_on is not None and read_by is not None and expires_on < read_by:
        fault("expires_on", "too_early", _l("It cannot end before it must be read."))
    if (sign or questions) and not required:
        fault("required", "required", _l("What is signed or asked about is required reading."))
    kept = _questions(questions, fault)
    if faults:
        raise Invalid.many(faults)
    return {
        "title": title, "body": body, "category": category, "rule": rule.as_json(), "required": required,
        "read_by": read_by, "sign": sign, "standing": standing, "expires_on": expires_on, "questions": kept,
    }  # fmt: skip


def _questions(questions: Sequence[Mapping[str, Any]], fault: Any) -> list[dict[str, Any]]:
    if len(questions) > rules.QUESTIONS:
        fault("questions", "too_many", _l("At most %(n)d questions.", n=rules.QUESTIONS))
    kept = []
    for n, data in enumerate(questions[: rules.QUESTIONS]):
        question = rules.Question.read(data)
        options = [option for option in question.options if option]
        good = question.text and len(question.text) <= rules.QUESTION and 2 <= len(options) <= rules.OPTIONS
        if not good or len(options) != len(question.options) or max(map(len, options)) > rules.OPTION:
            fault(f"questions.{n}", "incomplete", _l("A question has a text and two to four answers."))
        elif not 0 <= question.right < len(options):
            fault(f"questions.{n}", "no_right", _l("Choose which answer is the right one."))
        kept.append(question.as_json())
    return kept


def rule_of(notice: Notice) -> Rule:
    """Whom the notice is for, as a rule."""
    return Rule.read(notice.rule)
