"""The product catalogue: what may go into a plan."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.errors import Forbidden, Invalid
from app.core.texts import _, text
from app.sales import operations, permissions, queries
from app.sales.forms import ProductForm, list_choices
from app.sales.rules import lists
from app.sales.views import bp
from app.web.access import access
from app.web.current import actor
from app.web.forms import apply
from app.web.render import page


@bp.get("/products", endpoint="products")
@access(permissions.PRODUCT_VIEW)
def index() -> str:
    """All products by kind."""
    me = actor()
    kind = request.args.get("kind", "")
    q = request.args.get("q", "")[:80].replace("\x00", "")
    retired = request.args.get("retired") == "1"
    found = queries.catalogue(me, kind=kind, retired=retired, q=q)
    groups = [
        (text(entry.title), [row for row in found if row.kind == entry.key])
        for entry in lists.by_key("product_kinds").values()
    ]
    return page(
        "sales/products/index.html",
        groups=[group for group in groups if group[1]],
        audiences={entry.key: text(entry.title) for entry in lists.by_key("audiences").values()},
        kinds=list_choices("product_kinds"),
        kind=kind,
        q=q,
        retired=retired,
        keeps=permissions.keeps_catalogue(me),
    )


def _keeper() -> None:
    """The right alone is not enough: the catalogue is the whole institution's."""
    if not permissions.keeps_catalogue(actor()):
        raise Forbidden(permissions.PRODUCT_MANAGE)


@bp.get("/products/new", endpoint="new_product")
@access(permissions.PRODUCT_MANAGE)
def new() -> str:
    """An empty form."""
    _keeper()
    return page("sales/products/form.html", form=ProductForm(formdata=None), product=None)


@bp.post("/products/new", endpoint="create_product")
@access(permissions.PRODUCT_MANAGE)
def create() -> Response | tuple[str, int]:
    """Add a product."""
    form = ProductForm()
    if form.validate():
        try:
            operations.create_product(actor(), **_values(form))
        except Invalid as error:
            apply(form, error)
        else:
            flash(_("Product added."), "good")
            return redirect(url_for("sales.products"), code=303)
    _keeper()
    return page("sales/products/form.html", form=form, product=None), 422


@bp.get("/products/<int:product_id>", endpoint="product")
@access(permissions.PRODUCT_MANAGE)
def edit(product_id: int) -> str:
    """The form of one product."""
    _keeper()
    product = queries.product_for(actor(), product_id)
    return page("sales/products/form.html", form=ProductForm(formdata=None, obj=product), product=product)


@bp.post("/products/<int:product_id>", endpoint="update_product")
@access(permissions.PRODUCT_MANAGE)
def update(product_id: int) -> Response | tuple[str, int]:
    """Change it."""
    _keeper()
    form = ProductForm()
    if form.validate():
        try:
            operations.update_product(actor(), product_id, form.seen_version or 0, **_values(form))
        except Invalid as error:
            apply(form, error)
        else:
            flash(_("Product changed."), "good")
            return redirect(url_for("sales.products"), code=303)
    return page("sales/products/form.html", form=form, product=queries.product_for(actor(), product_id)), 422


@bp.post("/products/<int:product_id>/retire", endpoint="retire_product")
@access(permissions.PRODUCT_MANAGE)
def retire(product_id: int) -> Response:
    """Offer it no more, or again."""
    raw = request.form.get("version", "")
    version = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else -1
    operations.retire_product(actor(), product_id, version, request.form.get("retired") == "1")
    return redirect(url_for("sales.products"), code=303)


@bp.post("/products/load", endpoint="load_catalogue")
@access(permissions.PRODUCT_MANAGE)
def load() -> Response:
    """Begin with the shipped catalogue."""
    number = operations.load_catalogue(actor())
    flash(_("%(n)s products added.", n=number), "good")
    return redirect(url_for("sales.products"), code=303)


def _values(form: ProductForm) -> dict[str, str]:
    return {name: form[name].data or "" for name in ("code", "name", "name_en", "kind", "audience", "price", "about")}
