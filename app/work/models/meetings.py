"""Meetings: what for, who was there, what was said, and what is to be done (D31, D32, D47)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, triggers
from app.core.database import Base, Id
from app.core.types import Json, UtcDateTime
from app.work.rules import meetings as rules

_KINDS = "(" + ", ".join(f"'{key}'" for key in rules.KINDS) + ")"
_STATES = "(" + ", ".join(f"'{key}'" for key in (rules.INVITED, *rules.ATTENDANCE)) + ")"


class MeetingSeries(Base):
    """Meetings that come back every week; the newest one is the model of the next. ``made_until``: how far a job has come."""

    __tablename__ = "work_meeting_series"
    __table_args__ = (
        CheckConstraint("every BETWEEN 1 AND 8", name="every"),
        Index("ix_work_meeting_series_stopped_at", "stopped_at", "made_until"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    weekdays: Mapped[list[int]] = mapped_column(Json)
    every: Mapped[int] = mapped_column(default=1)
    first_on: Mapped[date]
    until_on: Mapped[date | None]
    made_until: Mapped[date]
    created_by: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Meeting(Base):
    """One meeting. ``line_id`` is the first of the meetings that were made one from another: what is still open comes along."""

    __tablename__ = "work_meeting"
    __table_args__ = (
        CheckConstraint(f"kind IN {_KINDS}", name="kind"),
        CheckConstraint("purpose <> ''", name="purpose"),
        CheckConstraint(f"minutes BETWEEN {rules.SHORTEST} AND {rules.LONGEST}", name="minutes"),
        UniqueConstraint("series_id", "series_on"),
        UniqueConstraint("created_by", "submission"),
        Index("ix_work_meeting_starts_at", "starts_at", "id"),
        Index("ix_work_meeting_unit_id", "unit_id", "starts_at", "id"),
        Index("ix_work_meeting_team_id", "team_id", "starts_at", "id"),
        Index("ix_work_meeting_line_id", "line_id", "id"),
        Index("ix_work_meeting_chair_id", "chair_id", "id"),
        Index("ix_work_meeting_taker_id", "taker_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("workflow_run.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(rules.TITLE))
    purpose: Mapped[str] = mapped_column(String(rules.PURPOSE))
    place: Mapped[str] = mapped_column(String(rules.PLACE), default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    minutes: Mapped[int]
    chair_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    taker_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("people_unit.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("people_team.id"))
    rule: Mapped[dict[str, Any]] = mapped_column(Json)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("work_meeting_series.id"))
    series_on: Mapped[date | None]
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("work_meeting.id"), index=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("work_meeting.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    created_by: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    submission: Mapped[str | None] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)


class AgendaPoint(Base):
    """A point of the agenda and what the minutes say of it."""

    __tablename__ = "work_meeting_point"
    __table_args__ = (UniqueConstraint("meeting_id", "position"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("work_meeting.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(rules.POINT))
    minutes: Mapped[str] = mapped_column(Text, default="")


class Attendance(Base):
    """Who was invited and whether they came."""

    __tablename__ = "work_meeting_attendance"
    __table_args__ = (
        UniqueConstraint("meeting_id", "person_id"),
        CheckConstraint(f"state IN {_STATES}", name="state"),
        CheckConstraint("state <> 'excused' OR reason <> ''", name="reason"),
        Index("ix_work_meeting_attendance_person_id", "person_id", "meeting_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("work_meeting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    state: Mapped[str] = mapped_column(String(8), default=rules.INVITED)
    reason: Mapped[str] = mapped_column(String(rules.REASON), default="")
    marked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    marked_by: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))


class Decision(Base):
    """What was decided, who does it until when, and the work item it became: one for each decision, however often it is sent."""

    __tablename__ = "work_meeting_decision"
    __table_args__ = (
        UniqueConstraint("meeting_id", "submission"),
        CheckConstraint("text <> ''", name="text"),
        Index("ix_work_meeting_decision_owner_id", "owner_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("work_meeting.id"))
    text: Mapped[str] = mapped_column(String(rules.DECISION))
    owner_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    due_on: Mapped[date]
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("work_assignment.id"), unique=True)
    submission: Mapped[str] = mapped_column(String(64))
    created_by: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Correction(Base):
    """What was added to minutes after the chair had confirmed them."""

    __tablename__ = "work_meeting_correction"
    __table_args__ = (UniqueConstraint("meeting_id", "submission"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("work_meeting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    text: Mapped[str] = mapped_column(Text)
    submission: Mapped[str] = mapped_column(String(64))


triggers.append_only(Correction)
_CONFIRMED = "EXISTS (SELECT 1 FROM work_meeting m WHERE m.id = NEW.meeting_id AND m.confirmed_at IS NOT NULL)"
for _model in (AgendaPoint, Attendance, Decision):
    triggers.refuse(
        _model, f"{_model.__tablename__}_fixed", when=_CONFIRMED, message="the minutes of this meeting are confirmed"
    )
