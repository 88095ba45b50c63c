"""Some weeks of work logs and daily routines in the accounts' own branch, written, reviewed and marked as people do."""

from datetime import date, datetime, time, timedelta
from random import Random

from app.core import calendar, clock
from app.core.actor import Actor
from app.ops.demo.institution import Institution
from app.ops.demo.names import content
from app.people import queries as people
from app.work.operations import logs as operations
from app.work.operations import routines
from app.work.queries import logs as queries
from app.work.queries import routines as routine_queries
from app.workflow import operations as workflow
from app.workflow.queries import mine_in
from app.workflow.queries.definitions import latest_digest

DAYS = 10
"""Working days that have logs."""
ROUTINES = 4
"""Working days whose routines are marked."""
BRANCH = "BJ"


class Logs:
    """Plays the days before ``end`` in the branch of the demonstration accounts."""

    def __init__(self, rng: Random, institution: Institution, end: datetime) -> None:
        self.rng, self.end, self.words = rng, end, content("logs")
        self.units = people.unit_subtree(institution.units[BRANCH])
        self.head = institution.supervisors[BRANCH]
        self.digest = latest_digest(queries.PROCESS)

    def play(self) -> None:
        """Every day in its order; the logs of the last one are still to be reviewed."""
        days = self._days(DAYS)
        for place, day in enumerate(days):
            if place:
                self._review(day)
            self._write(day)
        for day in days[-ROUTINES:]:
            self._routines(day)

    def _days(self, number: int) -> list[date]:
        day, found = clock.local(self.end).date(), list[date]()
        while len(found) < number:
            day -= timedelta(days=1)
            if calendar.is_working(day):
                found.append(day)
        return found[::-1]

    def _at(self, day: date, hour: int, minute: int) -> datetime:
        return datetime.combine(day, time(hour, minute), clock.ZONE)

    def _actor(self, person: int) -> Actor:
        return people.actor_for(person, "page", f"10.20.0.{person % 250 + 1}")

    def _write(self, day: date) -> None:
        with clock.at(self._at(day, 7, 30)):
            writers = [one for one in queries.without_log(day, 0, 500) if one.unit_id in self.units]
            for writer in writers:
                operations.make_log(writer, day, self.digest)
        for writer in writers:
            if self.rng.random() < 0.08:
                continue  # somebody always forgets
            late = self.rng.random() < 0.12
            hour, minute = (19 if late else 17, self.rng.randrange(60))
            with clock.at(self._at(day, hour, minute)):
                self._hand_in(writer.id)

    def _hand_in(self, person: int) -> None:
        actor, words = self._actor(person), self.words
        owed = next((line for line in queries.my_logs(actor, limit=1).items if line.state != "waiting"), None)
        turn = mine_in(actor, owed.run_id) if owed else None
        if turn is None:
            return
        fields = {"remarks": self.rng.choice(words["remarks"]), "tomorrow": self.rng.choice(words["tomorrow"])}
        if self.rng.random() < 0.4:
            fields["difficulties"] = self.rng.choice(words["difficulties"])
        if self.rng.random() < 0.3:
            fields["help"] = self.rng.choice(words["help"])
        workflow.complete(actor, turn, outcome="hand_in", fields=fields)

    def _review(self, day: date) -> None:
        """In the morning the supervisor reads what came in the evening before."""
        with clock.at(self._at(day, 8, 20)):
            head = self._actor(self.head)
            for number, one in enumerate(queries.review_queue(head)):
                with clock.at(self._at(day, 8, 20) + timedelta(seconds=15 * number)):
                    if self.rng.random() < 0.07:
                        why = self.rng.choice(self.words["returns"])
                        workflow.complete(head, one.turn_id, outcome="return", fields={"remark": why}, reason=why)
                        continue
                    fields = {
                        "score": self.rng.choice((3, 3, 4, 4, 4, 5)),
                        "remark": self.rng.choice(self.words["answers"]) if self.rng.random() < 0.6 else "",
                    }
                    workflow.complete(head, one.turn_id, outcome="accept", fields=fields)

    def _routines(self, day: date) -> None:
        posted = [one.id for one in people.people_page(self._actor(self.head), limit=200).items]
        days = routine_queries.days_of(posted, day, day)
        chosen = [person for person in posted if days[person][day].items and not days[person][day].away][:6]
        for person in chosen:
            actor, moment = self._actor(person), self._at(day, 8, 15)
            for item in days[person][day].items:
                chance, moment = self.rng.random(), moment + timedelta(minutes=self.rng.randrange(10, 40))
                with clock.at(min(moment, self._at(day, 18, 20))):
                    if chance < 0.86:
                        routines.mark(actor, item.key)
                    elif chance < 0.93:
                        routines.mark(actor, item.key, skipped=True, reason=self.rng.choice(self.words["skips"]))
