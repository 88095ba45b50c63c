"""Notices: what must I read, what have I written, who has not read it?"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import calendar
from app.core.actor import Actor
from app.core.errors import Conflict, DomainError, Invalid
from app.core.texts import _, ngettext
from app.people import queries as people
from app.web.access import access
from app.web.current import actor
from app.web.exports import xlsx
from app.web.forms import apply
from app.web.render import page
from app.work.forms.notices import NoticeForm, WithdrawForm
from app.work.models import Notice
from app.work.operations import notice_publishing, notice_reminding, notices
from app.work.permissions import NOTICE_FOLLOW, NOTICE_VIEW, NOTICE_WRITE
from app.work.queries import notices as reading
from app.work.queries import receipts
from app.work.rules.notices import CATEGORIES
from app.work.views import bp

Answer = Response | str | tuple[str, int]


@bp.get("/work/notices")
@access(NOTICE_VIEW)
def notices_list() -> str:
    """What I must read, first; then all that came to me, what I wrote, and what my people read."""
    me = actor()
    show = request.args.get("show", "mine")
    show = show if show in reading.SHOWS else "mine"
    cursor = request.args.get("cursor")
    if show in ("written", "followed"):
        found = reading.written_page(me, followed=show == "followed", cursor=cursor)
        progress = reading.progress_of(me, [row.id for row in found.items])
    else:
        found, progress = reading.mine_page(me, unread=show == "unread", cursor=cursor), {}
    return page(
        "work/notices/list.html",
        show=show,
        found=found,
        progress=progress,
        owed=owed_rows(me) if show == "mine" and not cursor else [],
        categories=CATEGORIES,
        names=people.names({row.author_id for row in found.items}),
        may_write=me.may(NOTICE_WRITE),
        may_follow=me.may(NOTICE_FOLLOW),
    )


@bp.get("/work/notices/new")
@access(NOTICE_WRITE)
def new_notice() -> str:
    """The form of a new notice."""
    form = _form(formdata=None)
    form.submission.data = secrets.token_urlsafe(16)
    category = request.args.get("category", "")
    if category in CATEGORIES:
        form.category.data = category
    return _form_page(form, None)


@bp.post("/work/notices/new")
@access(NOTICE_WRITE)
def create_notice() -> Answer:
    """Keep it as a draft."""
    form = _form()
    if form.audience.looking:
        return _form_page(form, None)
    if form.validate():
        try:
            notice = notices.write_notice(actor(), submission=form.submission.data or None, **form.values())
            _add_files(actor(), notice.id, form)
        except Invalid as error:
            _apply(form, error)
        else:
            flash(_("Kept as a draft. Look at it once more, then publish."), "good")
            return redirect(url_for("work.notice", notice_id=notice.id), code=303)
    return _form_page(form, None), 422


@bp.get("/work/notices/<int:notice_id>/edit")
@access(NOTICE_WRITE)
def edit_notice(notice_id: int) -> str:
    """The form of a notice that exists."""
    notice = notices.for_writing(actor(), notice_id)
    form = _form(formdata=None, notice=notice)
    form.fill(notice)
    return _form_page(form, notice)


@bp.post("/work/notices/<int:notice_id>/edit")
@access(NOTICE_WRITE)
def change_notice(notice_id: int) -> Answer:
    """Change it; a published one gets a new revision."""
    notice = notices.for_writing(actor(), notice_id)
    form = _form(notice=notice)
    if form.audience.looking:
        return _form_page(form, notice)
    if form.validate():
        try:
            seen = form.seen_version or -1
            notices.change_notice(actor(), notice_id, seen, again=bool(form.again.data), **form.values())
            _add_files(actor(), notice_id, form)
        except (Invalid, Conflict) as error:
            _apply(form, error)
            return _form_page(form, notice), error.status
        flash(_("Notice changed."), "good")
        return redirect(url_for("work.notice", notice_id=notice_id), code=303)
    return _form_page(form, notice), 422


@bp.post("/work/notices/<int:notice_id>/publish")
@access(NOTICE_WRITE)
def publish_notice(notice_id: int) -> Answer:
    """Publish it, or hand it in for checking."""
    raw = request.form.get("version", "")
    version = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else -1
    notice = notice_publishing.hand_in(actor(), notice_id, version)
    if notice.state == "checking":
        flash(_("Handed in for checking."), "good")
    else:
        flash(_("Published. Everybody it is for gets it within seconds."), "good")
    return redirect(url_for("work.notice", notice_id=notice_id), code=303)


@bp.post("/work/notices/<int:notice_id>/withdraw")
@access(NOTICE_WRITE)
def withdraw_notice(notice_id: int) -> Answer:
    """Take it back, with the reason."""
    form = WithdrawForm()
    if not form.validate():
        flash(_("Say why."), "warn")
        return redirect(url_for("work.notice", notice_id=notice_id), code=303)
    notice_publishing.withdraw(actor(), notice_id, form.reason.data or "")
    flash(_("Notice withdrawn."), "good")
    return redirect(url_for("work.notice", notice_id=notice_id), code=303)


@bp.post("/work/notices/<int:notice_id>/files/<int:file_id>/remove")
@access(NOTICE_WRITE)
def remove_notice_file(notice_id: int, file_id: int) -> Answer:
    """Take a file off the notice."""
    notices.remove_file(actor(), notice_id, file_id)
    flash(_("File removed."), "good")
    return redirect(url_for("work.edit_notice", notice_id=notice_id), code=303)


@bp.get("/work/notices/<int:notice_id>/readers")
@access(NOTICE_VIEW)
def notice_readers(notice_id: int) -> str:
    """Who has not read it, by unit and by name."""
    me = actor()
    notice = followed(me, notice_id)
    show = request.args.get("show", "unread")
    unit = request.args.get("unit", type=int)
    unit = unit if unit is not None and 0 < unit < 2**63 else None
    found = receipts.receipts_page(me, notice, show, unit, request.args.get("cursor"))
    units = receipts.by_unit(me, notice)
    total, unread = sum(u.people for u in units), sum(u.unread for u in units)
    return page(
        "work/notices/readers.html",
        notice=notice,
        show=show,
        unit=unit,
        found=found,
        units=units,
        unit_names={u.unit_id: u.name for u in units},
        total=total,
        unread=unread,
        percent=round(100 * (total - unread) / total) if total else 0,
        due_at=calendar.end_of_day(notice.read_by) if notice.read_by else None,
    )


@bp.post("/work/notices/<int:notice_id>/nudge")
@access(NOTICE_VIEW)
def nudge_readers(notice_id: int) -> Answer:
    """Remind everybody who has not read it."""
    told = notice_reminding.nudge(actor(), notice_id)
    if told:
        flash(ngettext("%(num)s person reminded.", "%(num)s persons reminded.", told), "good")
    else:
        flash(_("Everybody has been reminded within this hour."), "info")
    return redirect(url_for("work.notice_readers", notice_id=notice_id), code=303)


@bp.get("/work/notices/<int:notice_id>/readers/export")
@access(NOTICE_VIEW)
def export_readers(notice_id: int) -> Response:
    """Everybody with what they have done, as a spreadsheet."""
    me = actor()
    notice = followed(me, notice_id)
    show = request.args.get("show", "all")
    rows = list(receipts.receipts_for_export(me, notice, show))
    units = people.unit_names([row.unit_id for row in rows if row.unit_id])
    columns = [
        _("Name"), _("Unit"), _("Delivered"), _("First opened"), _("Read"), _("Signed"), _("Tries"), _("Right answers"),
        _("State"),
    ]  # fmt: skip
    lines = (
        (
            row.name, units.get(row.unit_id or 0, ""), row.delivered_at, row.opened_at, row.read_at, row.signed_at,
            row.attempts, row.score, _("Not read") if row.unread else _("Read"),
        )
        for row in rows
    )  # fmt: skip
    return xlsx(notice.title, columns, lines)


def followed(me: Actor, notice_id: int) -> Notice:
    """A notice whose reading the reader may look at; ``Forbidden`` for those who only read it."""
    notice = reading.notice_for(me, notice_id)
    if not reading.may_write(me, notice):
        me.require(NOTICE_FOLLOW)
    return notice


def owed_rows(me: Actor) -> list[tuple[Any, datetime | None]]:
    """What the reader must read, with the moment by which."""
    return [(row, calendar.end_of_day(row.read_by) if row.read_by else None) for row in reading.owed_by(me.id)]


def _form(notice: Notice | None = None, **given: Any) -> NoticeForm:
    form = NoticeForm(**given)
    form.offer_audience(actor(), NOTICE_WRITE, notices.rule_of(notice) if notice else None, stands=True)
    if notice is None or notice.state != "published":
        del form.again
    return form


def _form_page(form: NoticeForm, notice: Notice | None) -> str:
    files: Sequence[Any] = reading.files_of(notice.id) if notice else []
    return page(
        "work/notices/form.html", form=form, notice=notice, files=files, checked=notice_publishing.must_be_checked()
    )


def _add_files(me: Actor, notice_id: int, form: NoticeForm) -> None:
    for one in form.files.data or ():
        if getattr(one, "filename", ""):
            notices.add_file(me, notice_id, one.stream, one.filename)


def _apply(form: NoticeForm, error: DomainError) -> None:
    left = form.blame(error) if isinstance(error, Invalid) else error
    if left is None:
        return
    error = left
    if isinstance(error, Invalid) and error.errors[0].field == "file":
        form.files.errors = [*form.files.errors, error.message]
    elif not apply(form, error):
        form.form_errors.append(error.message)
