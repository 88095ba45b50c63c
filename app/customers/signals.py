"""Facts of this room, sent in the transaction that made them."""

from app.core.signals import Signal

customer_created = Signal("customers.customer_created")
"""``customer_id``, ``person_id``."""
customer_updated = Signal("customers.customer_updated")
"""``customer_id``, ``person_id``, ``changes`` {field: [old, new]} (masked where the field is)."""
holder_changed = Signal("customers.holder_changed")
"""``customer_id``, ``holder_id`` (None: open pool), ``team_id``, ``former_id``, ``person_id`` (who decided)."""
visit_recorded = Signal("customers.visit_recorded")
"""``customer_id``, ``visit_id``, ``person_id``, ``opportunity_id`` (or None), ``at``."""
call_recorded = Signal("customers.call_recorded")
"""``customer_id``, ``call_id``, ``person_id``, ``opportunity_id`` (or None), ``at``."""
contact_recorded = Signal("customers.contact_recorded")
"""Any contact, visits and calls included: ``customer_id``, ``contact_id``, ``kind``, ``person_id``, ``at``."""
