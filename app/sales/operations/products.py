"""Keeping the catalogue."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.core import audit, clock, search
from app.core.actor import Actor
from app.core.database import changed_one, session
from app.core.errors import Conflict, Forbidden
from app.core.texts import _l
from app.sales import messages, permissions
from app.sales.models import Product
from app.sales.queries import products as reading
from app.sales.rules import lists, record

CREATED = audit.declare("sales.product_created", _l("Product added to the catalogue"))
CHANGED = audit.declare("sales.product_changed", _l("Product of the catalogue changed"))
RETIRED = audit.declare(
    "sales.product_retired", _l("Product of the catalogue retired or offered again"), keys=("retired",)
)
LIMITS = {"code": 32, "name": 80, "name_en": 120, "price": 120, "about": 2000}
REQUIRED = ("code", "name")


def require(actor: Actor) -> None:
    """Refuse whoever does not keep the institution's catalogue."""
    if not permissions.keeps_catalogue(actor):
        raise Forbidden(permissions.PRODUCT_MANAGE)


def _checked(given: dict[str, Any]) -> dict[str, str]:
    values: dict[str, str] = {}
    faults: list[tuple[str, str]] = []
    for name, longest in LIMITS.items():
        raw = given.get(name) or ""
        text = " ".join(raw.split()) if isinstance(raw, str) else ""
        text = text.upper() if name == "code" else text
        code = (
            "text" if not isinstance(raw, str)
            else "characters" if not record.is_storable(raw)
            else "required" if name in REQUIRED and not text
            else "too_long" if len(text) > longest
            else None
        )  # fmt: skip
        if code:
            faults.append((name, code))
        values[name] = text
    for name, known in (("kind", "product_kinds"), ("audience", "audiences")):
        values[name] = str(given.get(name) or "")
        if values[name] not in lists.keys(known):
            faults.append((name, "unknown"))
    if faults:
        raise messages.invalid(faults)
    return values


def _words(values: dict[str, str]) -> str:
    return search.index_text(values["name"], values["name_en"], values["code"])


def _taken(values: dict[str, str], except_id: int = 0) -> None:
    """Say at which field another product stands in the way."""
    for name, column in (("code", Product.code), ("name", Product.name)):
        if session.scalar(select(Product.id).where(column == values[name], Product.id != except_id)) is not None:
            raise messages.invalid([(name, "taken")])


def create_product(actor: Actor, **given: Any) -> Product:
    """Add a product. Raises ``Forbidden``, ``Invalid`` field by field (``code`` or ``name`` ``taken``)."""
    require(actor)
    values = _checked(given)
    _taken(values)
    product = Product(**values, search_text=_words(values))
    try:
        with session.begin_nested():
            session.add(product)
    except IntegrityError as error:  # somebody took it between our look and our write
        raise messages.invalid([("code", "taken")]) from error
    audit.record(actor, CREATED, target=("product", product.id), changes={n: (None, v) for n, v in values.items() if v})
    return product


def update_product(actor: Actor, product_id: int, version: int, **given: Any) -> Product:
    """Change a product; plans that hold it keep the name they were made with."""
    require(actor)
    product = reading.product_for(actor, product_id)
    if product.version != version:
        raise Conflict()
    values = _checked(given)
    _taken(values, product.id)
    changes = {
        name: (getattr(product, name), value) for name, value in values.items() if getattr(product, name) != value
    }
    if changes:
        _store(product, version, {**values, "search_text": _words(values)})
        audit.record(actor, CHANGED, target=("product", product.id), changes=changes)
    return product


def retire_product(actor: Actor, product_id: int, version: int, retired: bool = True) -> Product:
    """Offer a product no more, or again."""
    require(actor)
    product = reading.product_for(actor, product_id)
    if product.version != version:
        raise Conflict()
    if (product.retired_at is not None) != retired:
        _store(product, version, {"retired_at": clock.now() if retired else None})
        audit.record(actor, RETIRED, target=("product", product.id), retired=retired)
    return product


def _store(product: Product, version: int, columns: dict[str, Any]) -> None:
    stmt = update(Product).where(Product.id == product.id, Product.version == version)
    try:
        with session.begin_nested():
            current = changed_one(stmt.values(**columns, version=version + 1))
    except IntegrityError as error:
        raise messages.invalid([("name", "taken")]) from error
    if not current:
        raise Conflict()
    session.refresh(product)


def load_catalogue(actor: Actor) -> int:
    """Put the shipped catalogue into an empty one; returns how many products there are new."""
    require(actor)
    if not reading.is_empty():
        raise Conflict(_l("There is a catalogue already."))
    rows = lists.content("catalogue.yaml")
    for row in rows:
        create_product(actor, **row)
    return len(rows)
