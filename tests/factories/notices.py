"""Notices for tests: written, published, delivered."""

from datetime import date
from itertools import count
from typing import Any

from app.people.models import Person, Unit
from app.people.rules.audiences import Part, Rule
from app.work.models import Notice
from app.work.operations import notice_delivering, notice_publishing, notices
from app.workflow import operations as workflow
from tests.factories import people

_number = count(1)
QUESTION = {"text": "大额交易几个工作日内上报？", "options": ["三个", "五个", "十个"], "right": 1}


def everybody(unit: Unit) -> Rule:
    """All people of a unit and below."""
    return Rule((Part("unit", (str(unit.id),)),))


def write(author: Person, rule: Rule, **given: Any) -> Notice:
    """A draft."""
    workflow.sync_seeds()
    values = {"title": f"通知{next(_number)}", "body": "请认真阅读。", "category": "notice", "rule": rule, **given}
    return notices.write_notice(people.actor(author), **values)


def publish(author: Person, rule: Rule, *, deliver: bool = True, **given: Any) -> Notice:
    """A published notice, delivered to everybody it is for."""
    notice = write(author, rule, **given)
    notice_publishing.hand_in(people.actor(author), notice.id, notice.version)
    if deliver:
        notice_delivering.deliver_notices()
    return notice


def day(text: str) -> date:
    """A day as it is typed."""
    return date.fromisoformat(text)
