"""How times and amounts are spoken to readers of either language."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from flask_babel import force_locale

from app.core import clock
from app.core.calendar import end_of_day
from app.web import filters


@pytest.fixture(params=["zh", "en"])
def language(request, app, frozen_clock):
    with force_locale(request.param):
        yield request.param


def test_amounts_for_lists(language):
    short = {"zh": ["50.0万", "1.20亿", "800"], "en": ["500.0K", "120.0M", "800"]}[language]
    assert [filters.wan(Decimal(a)) for a in (500_000, 120_000_000, 800)] == short


def test_amounts_in_full():
    assert filters.money(Decimal("500000")) == "500,000.00"
    assert filters.money(None) == ""


def test_deadlines_are_spoken(language):
    now = clock.now()  # Wednesday, 2026-09-09 10:00
    friday = end_of_day(clock.today() + timedelta(days=2))
    spoken = {
        "zh": ["还剩 2 个工作日", "今天到期", "还剩 3 小时", "逾期 3 天", "逾期 1 小时"],
        "en": ["2 working days left", "Due today", "3 hours left", "3 days overdue", "1 hour overdue"],
    }[language]
    deadlines = [
        friday,
        end_of_day(clock.today()),
        now + timedelta(hours=3),
        now - timedelta(days=3),
        now - timedelta(hours=1),
    ]
    assert [filters.spoken(d) for d in deadlines] == spoken


def test_a_deadline_at_midnight_reads_as_the_end_of_its_day():
    assert filters.due_moment(datetime(2026, 9, 12, tzinfo=clock.ZONE)) == "2026-09-11 23:59"


def test_days_are_written_by_the_reader_s_custom(language):
    assert (
        filters.day(datetime(2026, 11, 21, tzinfo=clock.ZONE))
        == {"zh": "2026年11月21日", "en": "21 Nov 2026"}[language]
    )


@pytest.mark.parametrize(("name", "short"), [("王小明", "小明"), ("李四", "李四"), ("Ada Lovelace", "AL"), ("", "?")])
def test_initials(name, short):
    assert filters.initials(name) == short
