"""Facts of this room, sent in the transaction that made them."""

from app.core.signals import Signal

opportunity_opened = Signal("sales.opportunity_opened")
"""``opportunity_id``, ``run_id``, ``customer_id``, ``person_id``."""
opportunity_changed = Signal("sales.opportunity_changed")
"""``opportunity_id``, ``person_id``, ``changes`` {field: [old, new]}."""
opportunity_closed = Signal("sales.opportunity_closed")
"""``opportunity_id``, ``result`` (success, failure, cancelled), ``person_id``: its run has ended."""
