"""The part of a form that says for whom something is meant: criteria, single persons, and exactly who that is now.

The room declares once, in its wiring, under which permission it chooses persons: ``audiences.chosen_under(ASSIGN)``.
A form takes it in by ``class AssignForm(AudienceForm, BaseForm)``, calls ``form.offer_audience(actor, permission)``, shows
``people/audiences/_picker.html`` and reads ``form.rule``. When ``form.audience.looking`` the reader has pressed a button
of the part itself (search, preview, next page) without script: show the form again, with nothing lost and no errors.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wtforms import Field, ValidationError
from wtforms.utils import unset_value

from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.texts import _, _l
from app.people import queries
from app.people.audiences import Criterion, checked, criteria, get
from app.people.rules.audiences import HIRED, MOST_PERSONS, Part, Rule, without

PREFIX = "audience."
MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Group:
    """One criterion as the picker shows it: what can be chosen and what has been."""

    key: str
    title: Any
    sort: str
    hint: Any
    options: Sequence[tuple[str, str, bool]] = ()
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def chosen(self) -> str:
        """What has been chosen, in words."""
        return _(", ").join(title.strip() for _value, title, ticked in self.options if ticked)


class AudienceField(Field):
    """A rule that says who is meant; ``data`` is always a :class:`Rule`."""

    actor: Actor | None = None
    permission: str = ""
    given: Rule | None = None
    """What stood there before the reader came, and whose persons stay."""
    stood = Rule()
    """What the reader may see by name because it stood there, in their reach or not."""
    beyond = Rule()
    """What has been typed that is out of the reader's reach; nothing of it is named."""

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read the rule from what was ticked and typed; without a form the given or the empty one."""
        del extra_filters  # a field of WTForms is given them; a rule has none
        self.process_errors: list[Any] = []
        self.looking, self.q, self.page = False, "", 1
        self.typed: dict[str, dict[str, str]] = {}
        self.found: list[tuple[int, str, str, bool]] | None = None
        self.data = self.object_data = data if isinstance(data, Rule) else Rule()
        if not formdata:
            return
        self.raw_data = formdata.getlist(PREFIX + "permission")
        self.looking = any(formdata.get(PREFIX + button) for button in ("find", "preview", "page"))
        self.q = formdata.get(PREFIX + "q", "")[:80].replace("\x00", "")
        number = formdata.get(PREFIX + "page", "")
        self.page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
        try:
            parts = [part for known in criteria() for part in self._parts(known, formdata)]
            raw = Rule(tuple(parts), *(self._ids(formdata, name) for name in ("also", "without"))).as_json()
            self.data = checked(Rule.read(raw))
        except Invalid as error:
            self.process_errors.append(error.message)

    def _parts(self, known: Criterion, formdata: Any) -> list[Part]:
        name = PREFIX + known.key
        if known.sort == "choices":
            values = tuple(dict.fromkeys(value for value in formdata.getlist(name) if value))
            return [Part(known.key, values)] if values else []
        given = {how: formdata.get(f"{name}.{how}", "").strip()[:20] for how in HIRED}
        self.typed[known.key] = given
        wrong = [how for how, value in given.items() if value and not known.fits(f"{how}:{value}")]
        if wrong:
            self.process_errors.append(_l("Give a day, or a number of months from 1 to 720."))
        return [Part(known.key, (f"{how}:{value}",)) for how, value in given.items() if value and how not in wrong]

    def _ids(self, formdata: Any, name: str) -> tuple[int, ...]:
        found = [raw for raw in formdata.getlist(PREFIX + name) if raw.isascii() and raw.isdigit() and len(raw) < 19]
        return tuple(dict.fromkeys(int(raw) for raw in found[:MOST_PERSONS] if int(raw)))

    def hidden(self) -> list[tuple[str, str]]:
        """The rule as names and values of hidden fields, but for whom it leaves out: a page that only confirms asks that."""
        found = [(f"{PREFIX}also", str(person_id)) for person_id in self.data.also]
        for part in self.data.parts:
            for value in part.values:
                how, _sep, rest = value.partition(":")
                by_day = get(part.criterion).sort != "choices"
                found.append(
                    (f"{PREFIX}{part.criterion}.{how}", rest) if by_day else (f"{PREFIX}{part.criterion}", value)
                )
        return found

    def groups(self) -> list[Group]:
        """The criteria with what can be chosen by this reader."""
        found = []
        for known in criteria():
            chosen = {value for part in self.data.parts if part.criterion == known.key for value in part.values}
            if known.sort == "choices":
                offered = dict(known.choices(self._reader))
                far = {value for part in self.beyond.parts if part.criterion == known.key for value in part.values}
                kept = sorted(chosen - set(offered) - far)
                lost = known.titles(kept) if kept else {}
                options = [(value, str(title), value in chosen) for value, title in {**offered, **lost}.items()]
                options = [option for option in options if option[2] or option[0] in offered]
                if options:
                    found.append(Group(known.key, known.title, known.sort, known.hint, options))
            else:
                typed = self.typed.get(known.key) or {
                    how: value for how, _sep, value in (value.partition(":") for value in chosen)
                }
                words = known.titles(sorted(chosen))
                options = [(value, str(words[value]), True) for value in sorted(chosen)]
                found.append(Group(known.key, known.title, known.sort, known.hint, options, typed))
        return found

    def chosen(self) -> list[tuple[int, str, str]]:
        """Single persons that are chosen: id, name, and what tells them apart."""
        return [(i, name, note) for i, name, note, ticked in self._persons() if ticked] + [
            (i, name, _("already named, outside your reach")) for i, name, ticked in self.kept() if ticked
        ]

    def offered(self) -> list[tuple[int, str, str]]:
        """Whom the search finds beside them, where it is asked by its button."""
        return [(i, name, note) for i, name, note, ticked in self._persons() if not ticked]

    def _persons(self) -> list[tuple[int, str, str, bool]]:
        if self.found is None:
            self.found = self._find()
        return self.found

    def kept(self) -> list[tuple[int, str, bool]]:
        """Persons who stood there before and whom this reader does not reach: they stay unless the tick is taken off."""
        if self.given is None or not self.given.also:
            return []
        reached = {one.person_id for one in queries.resolve(self._reader, Rule(also=self.given.also), self.permission)}
        names = queries.names(set(self.given.also) - reached)
        return [(i, names[i], i in self.data.also) for i in self.given.also if i in names]

    def _find(self) -> list[tuple[int, str, str, bool]]:
        chosen = queries.resolve(self._reader, Rule(also=self.data.also), self.permission)
        found = [(one.person_id, one.name, True) for one in chosen]
        if self.q.strip():
            hits = queries.people_page(self._reader, self.q, limit=MOST_FOUND, permission=self.permission).items
            known = {one.person_id for one in chosen}
            found += [(hit.id, hit.name, False) for hit in hits if hit.id not in known]
        notes = queries.notes_of([i for i, _name, _on in found])
        return [(i, name, notes.get(i, ""), on) for i, name, on in found]

    def preview(self) -> queries.Preview | None:
        """Exactly who is meant now; None while nothing has been chosen."""
        if self.data.empty or self.process_errors:
            return None
        return queries.preview(self._reader, self.data, self.permission, self.page, self.stood)

    @property
    def _reader(self) -> Actor:
        if self.actor is None:
            raise RuntimeError("offer_audience has not been called")
        return self.actor


class AudienceForm:
    """Takes the part into a form, see above."""

    audience = AudienceField(_l("For whom"))

    def offer_audience(
        self,
        actor: Actor,
        permission: str,
        rule: Rule | None = None,
        *,
        stands: bool = False,
        stood: Rule | None = None,
    ) -> None:
        """Whom ``actor`` may choose from; ``rule``: what stands there before anything has been typed.

        ``stands``: what is changed has that rule already, so persons it names stay on it, in this actor's reach or not.
        ``stood``: a rule that this actor reads elsewhere already, so what it names may be named here too. Whatever else is
        out of reach is refused unnamed, or left out where only the link that led here asks for it.
        """
        field = self.audience
        field.actor, field.permission, field.given = actor, permission, rule if stands else None
        field.stood = stood or field.given or Rule()
        typed = rule is None or not field.data.empty or bool(field.raw_data)
        if not typed:
            field.data = rule
        if field.process_errors or field.data == field.stood or not actor.may(permission):
            return
        field.beyond = queries.beyond(actor, field.data, permission, field.stood)
        if field.beyond != Rule():
            if typed:
                field.process_errors.append(queries.OUT_OF_REACH)
            else:
                field.data = without(field.data, field.beyond)

    @property
    def rule(self) -> Rule:
        """Who is meant."""
        found: Rule = self.audience.data
        return found

    def validate_audience(self, field: AudienceField) -> None:
        """Somebody has to be meant."""
        if field.data.empty:
            raise ValidationError(_l("Choose for whom: by post, unit, team, or single persons."))
