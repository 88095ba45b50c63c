"""A notice as its reader sees it, on a phone first: read to the end, answer, sign, done."""

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import calendar
from app.core.actor import Actor
from app.core.errors import Conflict, DomainError, Invalid
from app.core.texts import _
from app.people import queries as people
from app.web.access import access, own_url
from app.web.current import actor
from app.web.forms import apply
from app.web.panels import panel
from app.web.render import page
from app.web.transaction import afterwards, keep_writes
from app.work.forms.notices import ReadForm, WithdrawForm, answers
from app.work.models import Notice
from app.work.operations import notice_delivering, notice_publishing, notice_reading
from app.work.operations.notices import rule_of
from app.work.permissions import NOTICE_FOLLOW, NOTICE_VIEW, NOTICE_WRITE
from app.work.queries import notices as reading
from app.work.rules.notices import CATEGORIES
from app.work.views import bp
from app.work.views.notices import owed_rows
from app.workflow import queries as workflow
from app.workflow.queries.opened import Opened
from app.workflow.views import step_form

Answer = Response | str | tuple[str, int]


@bp.get("/work/notices/<int:notice_id>")
@access(NOTICE_VIEW)
def notice(notice_id: int) -> str:
    """One notice; that its reader has opened it is noted after the answer."""
    me = actor()
    found = reading.notice_for(me, notice_id)
    receipt = reading.receipt_of(me.id, notice_id)
    if receipt is not None and receipt.opened_at is None:
        afterwards(lambda: notice_reading.open_notice(me.id, notice_id))
    return _page(me, found, _form(found))


@bp.post("/work/notices/<int:notice_id>/read")
@access(NOTICE_VIEW)
def read_notice(notice_id: int) -> Answer:
    """The reader says that they have read it; wrong answers are counted and asked again."""
    me = actor()
    found = reading.notice_for(me, notice_id)
    form = ReadForm()
    given = answers(len(found.questions))
    if not form.validate():
        form.form_errors.extend(form.revision.errors)  # it has no place of its own on the page
        return _page(me, found, form, given), 422
    try:
        outcome = notice_reading.read_notice(
            me, notice_id, revision=form.number(), answers=given, name=form.name.data or ""
        )
    except (Invalid, Conflict) as error:
        if not apply(form, error):
            form.form_errors.append(error.message)
        form.revision.data = str(found.revision)
        return _page(me, found, form, given), error.status
    if not outcome.read:
        keep_writes()
        form.form_errors.append(
            _(
                "%(right)s of %(asked)s answers are right. Look it up above and try again.",
                right=outcome.right,
                asked=outcome.asked,
            )
        )
        return _page(me, found, form, given), 422
    owed = reading.owed_by(me.id, 1)
    if owed:
        flash(_("“%(title)s” is noted as read. This is the next one you have to read.", title=found.title), "good")
        return redirect(url_for("work.notice", notice_id=owed[0].id), code=303)
    flash(_("“%(title)s” is noted as read.", title=found.title), "good")
    return redirect(own_url(request.form.get("next"), url_for("work.notices_list")), code=303)


def show_step(turn: Opened, sf: dict[str, Any]) -> str | None:
    """The notice with a step of its publication that was sent and refused."""
    me = actor()
    if not me.may(NOTICE_VIEW):
        return None
    found = reading.notice_for(me, turn.run.subject_id)
    return _page(me, found, _form(found), sf=sf)


def _form(found: Notice) -> ReadForm:
    form = ReadForm(formdata=None)
    form.revision.data = str(found.revision)
    return form


def _page(
    me: Actor, found: Notice, form: ReadForm, given: list[int | None] | None = None, sf: dict[str, Any] | None = None
) -> str:
    receipt = reading.receipt_of(me.id, found.id)
    may_write = reading.may_write(me, found)
    turn = (
        workflow.open_waiting(me, found.run_id) if found.run_id and found.state in ("checking", "published") else None
    )
    if sf is None and turn is not None and workflow.may_act(turn):
        sf = step_form.context(turn, next_url=own_url(request.args.get("next"), ""))
    revisions = reading.revisions_of(found.id)
    shows_all = found.state in ("draft", "checking") and (may_write or sf is not None)
    counted = reading.progress_of(me, [found.id]) if may_write or me.may(NOTICE_FOLLOW) else {}
    return page(
        "work/notices/notice.html",
        notice=found,
        receipt=receipt,
        owes=receipt is not None and found.state == "published" and receipt.read_revision < found.wanted,
        form=form,
        given=given or [None] * len(found.questions),
        files=reading.files_of(found.id),
        category=CATEGORIES[found.category],
        names=people.names({found.author_id, *(r.by for r in revisions)}),
        revisions=revisions,
        may_write=may_write,
        may_follow=may_write or me.may(NOTICE_FOLLOW),
        progress=counted.get(found.id),
        checked=notice_publishing.must_be_checked(),
        withdraw=WithdrawForm(formdata=None),
        audience=people.describe(me, rule_of(found), NOTICE_WRITE) if may_write else [],
        due_at=calendar.end_of_day(found.read_by) if found.read_by else None,
        shows_all=shows_all,
        preview=_preview(found) if shows_all else None,
        sf=sf,
    )


def _preview(found: Notice) -> people.Preview | None:
    """Exactly who will get it: whom it means now, as far as who answers for it reaches, as it will be delivered."""
    raw = request.args.get("page", "")
    number = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 6 else 1
    try:
        return people.preview(notice_delivering.sender_of(found), rule_of(found), NOTICE_WRITE, number)
    except DomainError:
        return None


def register() -> None:
    """The part of the day page: what must be read, first what is most urgent; it stays until it is read."""
    panel("today.side", "work.notices", _today, order=10, permission=NOTICE_VIEW)


def _today(me: Actor, **_more: Any) -> str:
    rows = owed_rows(me)
    if not rows:
        return ""
    return page("work/notices/_today.html", rows=rows)
