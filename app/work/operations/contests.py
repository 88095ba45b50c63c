"""Holding contests (D40): opened with their competitors, closed into rows that nobody edits, corrected by further rows."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.core import audit, clock
from app.core.actor import Actor
from app.core.database import changed_one, session
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from app.core.texts import _l
from app.people import queries as people
from app.people.queries.audiences import require_reach, resolve
from app.people.rules.audiences import Rule
from app.work import notifications
from app.work.models.contests import Competitor, Contest, ContestResult
from app.work.operations.notifying import notify
from app.work.permissions import CONTEST_HOLD
from app.work.queries import contests as reading
from app.work.queries.progress import measure_of
from app.work.rules.figures import figure_of

OPENED = audit.declare("work.contest_opened", _l("Contest opened"), keys=("competitors",))
CLOSED = audit.declare("work.contest_closed", _l("Contest closed"), keys=("competitors",))
CORRECTED = audit.declare("work.contest_corrected", _l("Result of a contest corrected"), keys=("person", "edition"))
KIND = "contest"
TOLD = notifications.kind(
    "work.contest_opened",
    title=_l("You compete in “%(title)s”, until %(day)s."),
    why=_l("You are one of those for whom the contest was opened."),
    group="goals",
)
AWARDED = notifications.kind(
    "work.contest_awarded",
    title=_l("“%(title)s”: %(prize)s for you, place %(place)s."),
    why=_l("You won an award."),
    group="goals",
)


def open_contest(
    actor: Actor,
    *,
    unit_id: int,
    title: str,
    rules: str,
    measure: str,
    starts_on: date,
    ends_on: date,
    rule: Rule,
    submission: str | None = None,
) -> Contest:
    """Open a contest of a unit for whom the rule means now; they are frozen, and told. The same form twice is one contest."""
    actor.require(CONTEST_HOLD)
    mark = (submission or "")[:64] or None
    if mark:
        known = session.scalar(select(Contest).where(Contest.created_by == actor.id, Contest.submission == mark))
        if known is not None:
            return known
    competitors = competitors_for(
        actor,
        unit_id=unit_id,
        title=title,
        rules=rules,
        measure=measure,
        starts_on=starts_on,
        ends_on=ends_on,
        rule=rule,
    )
    contest = Contest(
        unit_id=unit_id, title=" ".join(title.split()), rules=rules.strip(), measure=measure, starts_on=starts_on, ends_on=ends_on,
        audience=rule.as_json(), submission=mark, created_by=actor.id or None,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(contest)
    except IntegrityError as error:  # the same form at the same instant
        raise Conflict() from error
    session.execute(insert(Competitor), [{"contest_id": contest.id, "person_id": person} for person in competitors])
    audit.record(actor, OPENED, target=(KIND, contest.id), competitors=len(competitors))
    url = f"/work/contests/{contest.id}"
    notify(competitors, TOLD, url=url, once=f"contest:{contest.id}", title=contest.title, day=contest.ends_on)
    return contest


def competitors_for(
    actor: Actor, *, unit_id: int, title: str, rules: str, measure: str, starts_on: date, ends_on: date, rule: Rule
) -> list[int]:
    """Who would compete, before it is opened; raises ``Invalid`` for what could not be opened."""
    actor.require(CONTEST_HOLD)
    words, faults = " ".join(title.split()), []
    if not words or len(words) > 120:
        faults.append(FieldError("title", "length", _l("Name the contest in at most 120 characters.")))
    if not rules.strip() or len(rules.strip()) > 4000:
        faults.append(FieldError("rules", "length", _l("Write the rules, in at most 4,000 characters.")))
    if measure_of(measure) is None:
        faults.append(FieldError("measure", "unknown", _l("Choose one of the measures.")))
    if ends_on < starts_on or ends_on < clock.today() or (ends_on - starts_on).days > 400:
        faults.append(FieldError("ends_on", "days", _l("Choose a last day from today on, within a year of the first.")))
    try:
        people.unit_for(actor, unit_id, CONTEST_HOLD)
    except NotFound:
        faults.append(FieldError("unit_id", "unknown", _l("Choose one of your units.")))
    require_reach(actor, rule, CONTEST_HOLD, field="audience")
    competitors = [one.person_id for one in resolve(actor, rule, CONTEST_HOLD)]
    if len(competitors) < 2:
        faults.append(FieldError("audience", "few", _l("A contest needs at least two competitors.")))
    if faults:
        raise Invalid.many(faults)
    return competitors


def close_contest(actor: Actor, contest_id: int, version: int, awards: Mapping[int, tuple[str, str]]) -> Contest:
    """Freeze the ranking, once its last day has passed, and give the awards: prize and citation by competitor."""
    contest = _held(actor, contest_id)
    if contest.ends_on >= clock.today():
        raise Conflict(_l("This contest still runs. It can be closed after its last day."))
    places = reading.ranking(contest)
    faults = []
    for person, (prize, citation) in awards.items():
        if len(prize.strip()) > 120 or len(citation.strip()) > 500:
            faults.append(
                FieldError(f"prize-{person}", "length", _l("A prize has at most 120 characters, a citation 500."))
            )
        elif citation.strip() and not prize.strip():
            faults.append(FieldError(f"prize-{person}", "required", _l("Name the prize that the citation is for.")))
    if faults:
        raise Invalid.many(faults)
    running = update(Contest).where(Contest.id == contest.id, Contest.version == version, Contest.closed_at.is_(None))
    if not changed_one(running.values(closed_at=clock.now(), closed_by=actor.id, version=version + 1)):
        raise Conflict()
    session.refresh(contest)
    rows: list[dict[str, Any]] = []
    for place in places:
        prize, citation = awards.get(place.person_id, ("", ""))
        rows.append(
            {
                "contest_id": contest.id, "person_id": place.person_id, "edition": 1, "place": place.place,
                "figure": place.figure, "prize": prize.strip(), "citation": citation.strip(), "reason": "",
                "recorded_by": actor.id, "recorded_at": clock.now(),
            }
        )  # fmt: skip
    session.execute(insert(ContestResult), rows)
    audit.record(actor, CLOSED, target=(KIND, contest.id), competitors=len(rows))
    for row in rows:
        if row["prize"]:
            _tell(contest, row["person_id"], row["prize"], row["place"])
    return contest


def _tell(contest: Contest, person: int, prize: str, place: int) -> None:
    url = f"/work/contests/{contest.id}"
    notify([person], AWARDED, url=url, title=contest.title, prize=prize, place=place)


def _held(actor: Actor, contest_id: int) -> Contest:
    contest = reading.contest_for(actor, contest_id)
    if not reading.holds(actor, contest):
        raise Forbidden(CONTEST_HOLD)
    return contest


def correct_result(
    actor: Actor,
    contest_id: int,
    person_id: int,
    *,
    place: Any,
    figure: Any,
    prize: str = "",
    citation: str = "",
    reason: str = "",
    edition: int | None = None,
) -> ContestResult:
    """Set a line of a closed contest right by a further row with its reason; the earlier one stays to be read.

    ``edition``: that of the line as it was seen. Raises ``Invalid`` by field, ``Conflict`` for a line that has changed.
    """
    contest = _held(actor, contest_id)
    if contest.closed_at is None:
        raise Conflict(_l("This contest still runs. It can be closed after its last day."))
    standing = session.scalar(
        select(func.max(ContestResult.edition)).where(
            ContestResult.contest_id == contest.id, ContestResult.person_id == person_id
        )
    )
    if standing is None:
        raise NotFound()
    if edition != standing:
        raise Conflict()
    number, value, faults = figure_of(place), figure_of(figure), []
    if number is None or number != number.to_integral_value() or not 1 <= number <= 100_000:
        faults.append(FieldError("place", "place", _l("A place is a whole number from 1 on.")))
    if value is None or value < 0:
        faults.append(FieldError("figure", "figure", _l("Write a figure with at most two decimals.")))
    if len(prize.strip()) > 120 or len(citation.strip()) > 500:
        faults.append(FieldError("prize", "length", _l("A prize has at most 120 characters, a citation 500.")))
    if not reason.strip() or len(reason.strip()) > 500:
        faults.append(FieldError("reason", "required", _l("Say why, in at most 500 characters.")))
    if faults or number is None or value is None:
        raise Invalid.many(faults)
    row = ContestResult(
        contest_id=contest.id, person_id=person_id, edition=standing + 1, place=int(number), figure=value,
        prize=prize.strip(), citation=citation.strip(), reason=reason.strip(), recorded_by=actor.id,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:  # somebody corrected it at the same instant
        raise Conflict() from error
    audit.record(actor, CORRECTED, target=(KIND, contest.id), person=person_id, edition=row.edition)
    if row.prize:
        _tell(contest, person_id, row.prize, row.place)
    return row
