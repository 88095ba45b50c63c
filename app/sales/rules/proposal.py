"""Who may be accountable, and: what was proposed may be changed only by the hand that proposed it, or it goes back a step (D3)."""

from collections.abc import Collection

ACCOUNTABLE = ("relationship", "leader")
"""Roles of a team whose holders may be accountable for an opportunity."""
DECIDED = frozenset({"amount", "products", "terms"})
"""What a decision is about: changing one of them after it voids it."""


def may_change(fields: Collection[str], hands: Collection[int], proposers: Collection[int]) -> bool:
    """Whether these fields may be changed by a person (``hands``: the actor and whom they act for).

    ``proposers`` are those whose proposal stands before the deciding person or has been decided; empty before that.
    Without this rule an approver could first change the amount and then approve a plan that is their own.
    """
    return not DECIDED.intersection(fields) or not proposers or bool(set(hands) & set(proposers))
