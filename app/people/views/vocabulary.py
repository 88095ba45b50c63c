"""The institution's kind and its words: names of levels, posts, grades and industries."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.texts import _, text
from app.people import operations, queries
from app.people.forms.admin import KindForm, TermForm
from app.people.forms.fields import options
from app.people.permissions import VOCABULARY_EDIT
from app.people.rules.vocabulary import KINDS, institution_kinds
from app.people.views import bp
from app.people.views.parts import apart, attempt
from app.web.access import access
from app.web.current import actor
from app.web.forms import BaseForm
from app.web.render import page


def _kind_titles() -> dict[str, str]:
    return {"level": _("Levels"), "post": _("Posts"), "grade": _("Grades"), "industry": _("Industries")}


def _show(status: int = 200, **forms: BaseForm) -> tuple[str, int]:
    present = queries.institution()
    words = queries.vocabulary()
    kind_form = forms.get("kind") or KindForm(formdata=None, kind=present.kind, version=present.version)
    kind_form["kind"].choices = options([(key, text(title)) for key, title in institution_kinds().items()])
    term = forms.get("term") or _term_form()
    return (
        page(
            "people/vocabulary/vocabulary.html",
            words=words,
            kinds=_kind_titles(),
            kind_form=apart(kind_form, "institution"),
            term=apart(term, "term"),
            opened=next(iter(forms), None) or ("term" if request.args.get("key") else None),
        ),
        status,
    )


def _term_form() -> TermForm:
    """The form for a word: that of ``?kind=&key=``, else an empty one."""
    kind, key = request.args.get("kind", ""), request.args.get("key", "")
    word = queries.words(kind).get(key) if kind in KINDS else None
    form = TermForm(formdata=None, kind=kind if kind in KINDS else KINDS[0])
    if word is not None:
        form = TermForm(
            formdata=None,
            kind=kind,
            key=key,
            zh=word.title["zh"],
            en=word.title["en"],
            position=word.position,
            retired=word.retired,
        )
    form.kind.choices = options(list(_kind_titles().items()))
    return form


@bp.get("/admin/vocabulary")
@access(VOCABULARY_EDIT)
def vocabulary() -> tuple[str, int]:
    """All words, and the form to change one."""
    return _show()


@bp.post("/admin/vocabulary/kind")
@access(VOCABULARY_EDIT)
def set_kind() -> Response | tuple[str, int]:
    """Make it another kind of institution."""
    form = KindForm()
    form.kind.choices = options([(key, text(title)) for key, title in institution_kinds().items()])
    done = attempt(form, lambda: operations.change_kind(actor(), form.kind.data, form.seen_version))
    return _after(done, "kind", form)


@bp.post("/admin/vocabulary/term")
@access(VOCABULARY_EDIT)
def set_term() -> Response | tuple[str, int]:
    """Rename, retire or add a word."""
    form = TermForm()
    form.kind.choices = options(list(_kind_titles().items()))
    done = attempt(
        form,
        lambda: operations.set_term(
            actor(),
            kind=form.kind.data,
            key=(form.key.data or "").lower(),
            zh=form.zh.data or "",
            en=form.en.data or "",
            position=form.position.data,
            retired=bool(form.retired.data),
        ),
    )
    return _after(done, "term", form)


def _after(done: bool, name: str, form: BaseForm) -> Response | tuple[str, int]:
    if not done:
        return _show(422, **{name: form})
    flash(_("Saved."), "good")
    return redirect(url_for("people.vocabulary"), code=303)
