"""What people type in the rooms of the working day, one module a page."""

from app.work.forms.desk import DeskForm, NudgeForm

__all__ = ["DeskForm", "NudgeForm"]
