"""Facts about people that other rooms may want to know. Sent inside the same transaction."""

from app.core.signals import Signal

person_left = Signal("people.person_left")
"""``person_id``, ``successor_id`` (or None), ``actor``: hand over what the person held; their rights have ended."""

membership_began = Signal("people.membership_began")
"""``team_id``, ``person_id``, ``role``, ``day``, ``actor``: offer the lane's unclaimed turns to the person too."""

membership_ended = Signal("people.membership_ended")
"""``team_id``, ``person_id``, ``role``, ``day``, ``actor``: give the person's turns back to the lane."""

unit_moved = Signal("people.unit_moved")
"""``unit_id``, ``day``, ``actor``."""

absence_recorded = Signal("people.absence_recorded")
"""``absence_id``, ``person_id``, ``deputy_id``, ``actor``."""
