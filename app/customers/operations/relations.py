"""Customers that belong together (D12)."""

from sqlalchemy import and_, or_, select

from app.core import audit
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Invalid, NotFound
from app.core.texts import _l
from app.customers import messages, permissions
from app.customers.models import Related
from app.customers.queries import customers as reading
from app.customers.rules import values

RELATED = audit.declare("customers.related", _l("Customers linked or unlinked"), keys=("other", "relation", "gone"))


def relate(actor: Actor, customer_id: int, other_id: int, relation: str) -> Related:
    """Say what ``other_id`` is to ``customer_id``. Both must be in view; one link between two customers."""
    customer = reading.customer_for(actor, customer_id, permissions.EDIT)
    if relation not in values.RELATIONS:
        raise messages.invalid([("relation", "unknown")])
    if other_id == customer.id:
        raise Invalid("other_id", "itself", _l("A customer is not related to itself."))
    if other_id not in reading.visible_ids(actor, [other_id]):
        raise Invalid("other_id", "unknown", _l("There is no such customer in your view."))
    pair = or_(
        and_(Related.customer_id == customer.id, Related.other_id == other_id),
        and_(Related.customer_id == other_id, Related.other_id == customer.id),
    )
    if session.scalar(select(Related.id).where(pair)) is not None:
        raise Invalid("other_id", "taken", _l("These two are linked already."))
    link = Related(customer_id=customer.id, other_id=other_id, relation=relation, created_by=actor.id or None)
    session.add(link)
    session.flush()
    audit.record(actor, RELATED, target=("customer", customer.id), other=other_id, relation=relation, gone=False)
    return link


def unrelate(actor: Actor, customer_id: int, link_id: int) -> None:
    """Take a link of this customer away."""
    customer = reading.customer_for(actor, customer_id, permissions.EDIT)
    link = session.get(Related, link_id) if 0 < link_id < 2**63 else None
    if link is None or customer.id not in (link.customer_id, link.other_id):
        raise NotFound()
    other = link.other_id if link.customer_id == customer.id else link.customer_id
    audit.record(actor, RELATED, target=("customer", customer.id), other=other, relation=link.relation, gone=True)
    session.delete(link)
    session.flush()
