"""Signing in and out, and the language before there is a person to ask."""

from datetime import timedelta

from flask import Response, current_app, make_response, redirect, request, url_for
from flask import session as cookie
from flask_login import login_user, logout_user
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from app.core.database import begin_writing, session
from app.core.errors import DomainError
from app.core.texts import LANGUAGES
from app.people import operations
from app.people.forms.sign_in import SignInForm
from app.people.operations import passwords, patience, sign_in
from app.people.rules.secrets import new_session
from app.people.views import bp
from app.people.views.entrance import Reader
from app.web.access import own_url, public, signed_in
from app.web.current import actor, find_actor, forget
from app.web.render import page
from app.web.security import secure_cookies
from app.web.transaction import keep_writes

DEVICE_COOKIE = "qiao_device"
DEVICE_DAYS = 180
ACCOUNTS_A_DEVICE = 5


@bp.get("/login")
@public
def login() -> AnyResponse | str:
    """The sign-in page; whoever is signed in goes on to where they wanted to be."""
    if find_actor() is not None:
        return redirect(own_url(request.args.get("next"), "/today"), code=303)
    form = SignInForm(next=request.args.get("next", ""))
    return page("people/sign_in/login.html", form=form)


@bp.post("/login")
@public
def sign_in_now() -> AnyResponse | tuple[str, int] | Response:
    """Look at the account, hash outside any transaction, then write: see ``operations.sign_in``."""
    form = SignInForm()
    if not form.validate():
        return page("people/sign_in/login.html", form=form), 422
    typed, password = form.username.data or "", form.password.data or ""
    devices = _devices()
    begin_writing(False)
    found = sign_in.look(typed, address=request.remote_addr, devices=devices)
    session.rollback()
    try:
        with patience.answered_after(found.delay):
            good = passwords.fits(found.password_hash, password)
        begin_writing(True)
        opened = sign_in.finish(
            found,
            good,
            password=password,
            address=request.remote_addr,
            agent=request.headers.get("User-Agent", ""),
            lasts=timedelta(hours=current_app.config["SESSION_HOURS"]),
        )
    except DomainError as error:
        keep_writes()
        return _refused(form, error)
    cookie.clear()
    login_user(Reader(opened.token))
    forget()
    target = url_for("people.password") if opened.must_change_password else own_url(form.next.data, "/today")
    response = redirect(target, code=303)
    _remember_device(response, devices, opened.person_id)
    return response


def _refused(form: SignInForm, error: DomainError) -> Response:
    response = make_response(page("people/sign_in/login.html", form=form, refusal=error.message), error.status)
    if isinstance(error, sign_in.TooMany):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="people.device")


def _devices() -> dict[int, str]:
    """What this browser is called, by the accounts that have signed in with it; nothing when the cookie is not ours."""
    raw = request.cookies.get(DEVICE_COOKIE, "")
    try:
        pairs = _signer().loads(raw, max_age=DEVICE_DAYS * 86400) if len(raw) < 2000 else []
    except BadData:
        return {}
    return {int(person_id): str(name) for person_id, name in pairs}


def _remember_device(response: AnyResponse, devices: dict[int, str], person_id: int) -> None:
    """Failures elsewhere, also at this very address, will not make this browser wait for this account."""
    kept = [(who, name) for who, name in devices.items() if who != person_id][: ACCOUNTS_A_DEVICE - 1]
    kept.insert(0, (person_id, devices.get(person_id) or new_session()[:16]))
    response.set_cookie(
        DEVICE_COOKIE,
        _signer().dumps(kept),
        max_age=DEVICE_DAYS * 86400,
        path="/login",
        httponly=True,
        samesite="Lax",
        secure=secure_cookies(),
    )


@bp.post("/logout")
@signed_in
def logout() -> AnyResponse:
    """End this sign-in."""
    operations.sign_out(actor())
    logout_user()
    cookie.clear()
    forget()
    return redirect(url_for("people.login"), code=303)


@bp.post("/language")
@public
def language() -> AnyResponse:
    """Choose the language of the pages before sign-in."""
    chosen = request.form.get("language", "")
    response = redirect(own_url(request.form.get("next"), url_for("people.login")), code=303)
    if chosen in LANGUAGES:
        response.set_cookie(
            "language", chosen, max_age=31536000, samesite="Lax", httponly=True, secure=secure_cookies()
        )
    return response
