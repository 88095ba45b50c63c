"""Ways from a figure to the records behind it, for those alone who may read them there."""

from collections.abc import Collection
from datetime import datetime

from app.core.actor import Actor
from app.core.measures import Measure
from app.people import queries as people


def ways(
    reader: Actor, measure: Measure | None, person_ids: Collection[int], start: datetime, end: datetime
) -> dict[int, str]:
    """The address of each person's records whose list the reader may open. At most one statement."""
    if measure is None:
        return {}
    near = people.reached_among(reader, measure.permission, person_ids)
    found = {person: measure.url(person, start, end) for person in sorted(near)}
    return {person: url for person, url in found.items() if url}
