"""What the institution has decided about a kind of work item beside its definition; absent means the defaults."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, Id
from app.core.types import UtcDateTime


class KindSetting(Base):
    """A kind (the key of its process): the unit to which it is raised unless another is chosen, who receives it there
    (``heads``, ``people`` or ``role_…``), and since when it is no longer offered."""

    __tablename__ = "work_kind"
    __table_args__ = (CheckConstraint("receivers in ('heads', 'people') or receivers like 'role%'", name="receivers"),)

    process: Mapped[str] = mapped_column(String(60), primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("people_unit.id"))
    receivers: Mapped[str] = mapped_column(String(20), default="heads")
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retired_by: Mapped[int | None] = mapped_column(Id, ForeignKey("people_person.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
