"""What raised items contribute to the workflow core: attributes, the lead unit's lane, and the list of units."""

from collections.abc import Iterable, Mapping

from app.core.database import session
from app.work.models import Raised
from app.work.queries import units
from app.workflow.registry import Arguments, SubjectRef, lane_resolver, options


@lane_resolver("work_lead")
def work_lead(subject: SubjectRef, args: Arguments) -> Iterable[int]:
    """Whoever heads the unit that was named to lead, or the nearest above it (D47)."""
    raised = session.get(Raised, subject.id)
    return units.nearest_heads(raised.lead_unit_id) if raised and raised.lead_unit_id else ()


@options("work_units")
def work_units(subject: SubjectRef) -> Iterable[tuple[str, Mapping[str, str]]]:
    """Every unit that stands today."""
    return [(str(unit), {"zh": name, "en": name}) for unit, name in units.open_units()]
