"""Whom a rule means now, and why; rules and reasons in words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Invalid
from app.core.texts import _, _l, ngettext, text
from app.people.audiences import checked, get
from app.people.models import Person, Posting
from app.people.queries.absences import away_words
from app.people.queries.institution import words
from app.people.queries.persons import names, reached_among, with_posting, within_reach
from app.people.queries.units import unit_names
from app.people.rules.audiences import ALSO, Part, Rule, Why, reached

PAGE = 50
NOBODY = Rule()
OUT_OF_REACH = _l("This names persons, units or teams outside your reach. Take them out.")


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody whom a rule means, with the reason and the unit of today."""

    person_id: int
    why: Why
    name: str
    unit_id: int | None
    post: str | None


def resolve(actor: Actor, rule: Rule, permission: str) -> list[Reached]:
    """The active persons whom ``rule`` means, as far as ``actor`` reaches with ``permission``, by name.

    One statement for the reach and one for each part. An empty rule means nobody. Raises ``Forbidden`` without the
    permission and ``Invalid`` for a criterion or value that is none.
    """
    actor.require(permission)
    checked(rule)
    if rule.empty:
        return []
    stmt = (
        with_posting(Person.id, Person.name, Posting.unit_id, Posting.post)
        .where(Person.state == "active", within_reach(actor, permission))
        .order_by(Person.pinyin, Person.id)
    )
    if not rule.parts:
        stmt = stmt.where(Person.id.in_(rule.also))
    people = {row[0]: row for row in session.execute(stmt)}
    found = reached(rule, people, [_fulfilled(part, rule) for part in rule.parts])
    return [Reached(person_id, why, *people[person_id][1:4]) for person_id, why in found.items()]


def _fulfilled(part: Part, rule: Rule) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    others = {other.criterion: other.values for other in rule.parts if other is not part}
    for person_id, value in session.execute(get(part.criterion).select(part.values, others)):
        found.setdefault(person_id, []).append(value)
    for values in found.values():
        values.sort(key=part.values.index)  # the reason is the same one each time
    return found


def compare(before: Collection[int], now: Sequence[Reached]) -> tuple[list[Reached], list[int]]:
    """Who has come to a rule since it meant ``before``, and who has gone: for the page that confirms."""
    known, present = frozenset(before), {one.person_id for one in now}
    return [one for one in now if one.person_id not in known], [one for one in before if one not in present]


def beyond(actor: Actor, rule: Rule, permission: str, stood: Rule = NOBODY) -> Rule:
    """What of ``rule`` the actor may neither choose nor read by name: persons whom ``permission`` does not reach, units and
    teams out of sight.

    ``stood``: what the rule said before the actor came; it stays theirs to read. Ids that are nobody's are beyond too, so
    that nobody learns which are. One statement for persons and at most one for each part.
    """
    checked(rule)
    strange = {*rule.also, *rule.without} - {*stood.also, *stood.without} - actor.selves
    strange -= reached_among(actor, permission, strange)
    known = {(part.criterion, value) for part in stood.parts for value in part.values}
    parts = []
    for part in rule.parts:
        nameable = get(part.criterion).nameable
        asked = [value for value in part.values if (part.criterion, value) not in known]
        if nameable is not None and asked:
            near_values = nameable(actor, asked)
            if far := tuple(value for value in asked if value not in near_values):
                parts.append(Part(part.criterion, far))
    return Rule(tuple(parts), *(tuple(i for i in ids if i in strange) for ids in (rule.also, rule.without)))


def require_reach(actor: Actor, rule: Rule, permission: str, stood: Rule = NOBODY, *, field: str = "rule") -> None:
    """Raises ``Invalid`` when the rule names what is :func:`beyond` the actor, without saying whom."""
    if beyond(actor, rule, permission, stood) != NOBODY:
        raise Invalid(field, "out_of_reach", OUT_OF_REACH)


def describe(actor: Actor, rule: Rule, permission: str, stood: Rule = NOBODY) -> list[str]:
    """The rule in sentences of the reader's language, one for each part; at most two statements each.

    What is :func:`beyond` the reader is counted, not named.
    """
    return _described(rule, beyond(actor, rule, permission, stood))


def _described(rule: Rule, hidden: Rule) -> list[str]:
    found = []
    far = {(part.criterion, value) for part in hidden.parts for value in part.values}
    for part in rule.parts:
        known = get(part.criterion)
        kept = [value for value in part.values if (part.criterion, value) not in far]
        titles = known.titles(kept) if kept else {}
        words = [*(str(titles.get(value, value)) for value in kept), *_counted(len(part.values) - len(kept))]
        found.append(_("%(criterion)s: %(values)s", criterion=known.title, values=_(" or ").join(words)))
    people = names({*rule.also, *rule.without} - {*hidden.also, *hidden.without})
    for ids, away, sentence in (
        (rule.also, hidden.also, _("Also: %(names)s")),
        (rule.without, hidden.without, _("Without: %(names)s")),
    ):
        known_names = [*(people[i] for i in ids if i in people), *_counted(len(away))]
        if known_names:
            found.append(sentence % {"names": _(", ").join(known_names)})
    return found


def _counted(far: int) -> list[str]:
    return [ngettext("%(num)s outside your reach", "%(num)s outside your reach", far)] if far else []


def wordings(reasons: Sequence[Why]) -> list[str]:
    """Each reason in words; at most one statement for each criterion, however many reasons."""
    values: dict[str, dict[str, None]] = {}
    for why in reasons:
        for criterion, value in why:
            if criterion != ALSO:
                values.setdefault(criterion, {})[value] = None
    titles: dict[str, Mapping[str, object]] = {key: get(key).titles(list(known)) for key, known in values.items()}
    return [
        " · ".join(
            _("Chosen by name")
            if criterion == ALSO
            else _(
                "%(criterion)s: %(values)s", criterion=get(criterion).title, values=titles[criterion].get(value, value)
            )
            for criterion, value in why
        )
        for why in reasons
    ]


def wording(why: Why) -> str:
    """One reason in words; for several :func:`wordings`."""
    return wordings([why])[0]


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody in a preview, all in words."""

    person_id: int
    name: str
    unit: str
    post: str
    why: str
    away: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Exactly who is meant and why: one page of them, and how many in each unit."""

    total: int
    sentences: Sequence[str]
    lines: Sequence[Line]
    units: Sequence[tuple[str, int]]
    left_out: Sequence[tuple[int, str]]
    page: int
    pages: int


def preview(actor: Actor, rule: Rule, permission: str, page: int = 1, stood: Rule = NOBODY) -> Preview:
    """Whom ``rule`` means, for a page. The number of statements depends on the rule, never on how many it means."""
    found = resolve(actor, rule, permission)
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(1, page), pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    counts = count_by_unit(found)
    unit_words, post_words = unit_names([unit_id or 0 for unit_id, _count in counts]), words("post")
    hidden = beyond(actor, rule, permission, stood)
    people = names(set(rule.without) - set(hidden.without))
    away = away_words([one.person_id for one in shown])
    return Preview(
        total=len(found),
        sentences=_described(rule, hidden),
        lines=[
            Line(
                one.person_id,
                one.name,
                unit_words.get(one.unit_id or 0, ""),
                text(post_words[one.post].title) if one.post in post_words else one.post or "",
                why,
                away.get(one.person_id, ""),
            )
            for one, why in zip(shown, wordings([one.why for one in shown]), strict=True)
        ],
        units=[(unit_words.get(unit_id or 0, _("Without a unit")), count) for unit_id, count in counts],
        left_out=[(i, people[i]) for i in rule.without if i in people],
        page=page,
        pages=pages,
    )


def count_by_unit(people: Sequence[Reached]) -> list[tuple[int | None, int]]:
    """How many of them work in each unit, most first."""
    found: dict[int | None, int] = {}
    for one in people:
        found[one.unit_id] = found.get(one.unit_id, 0) + 1
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0] or 0))
