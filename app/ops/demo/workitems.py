"""Work items of the demonstration bank: assigned, done, late, returned, declined, waiting for review, not yet begun."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select

from app.core import calendar, clock
from app.core.actor import Actor
from app.core.database import session
from app.ops.demo.institution import Institution
from app.people import queries as people
from app.people.rules.audiences import Part, Rule, of_persons
from app.work import operations as work
from app.work.models import Assignment, WorkItem
from app.work.operations.items import comment_item
from app.work.rules.recurring import Pattern
from app.workflow import operations as workflow
from app.workflow.models import Turn

TASK = "work_task"


@dataclass(frozen=True, slots=True)
class Story:
    """What was asked so many working days ago, due so many working days after, and what becomes of it for each person."""

    ago: int
    within: int
    title: str
    text: str
    fates: str
    results: Sequence[str]
    priority: str = "normal"


# fates, one a person: a accepted · l accepted, handed in late · r returned once, then accepted · v handed in, to be reviewed ·
# d being done · o overdue while being done · n not begun · x declined, waits for the sender · c closed after declining
STORIES = (
    Story(
        38, 4, "清查名下一年未动账户", "导出名下超过一年没有往来的账户，逐户写明去向：**已销户、转他行、可激活**。", "aral",
        ("名下长期不动户 46 户：已销户 9 户，转他行 14 户，可激活 23 户，已列入下月电话计划。", "共 31 户，联系上 18 户，5 户愿意重新启用，名单已交组长。"),
    ),
    Story(
        27, 3, "核对代发工资企业联系人", "代发企业换了财务的，当周上门认识新人；联系人、电话、发薪日更新到客户档案。", "aaac",
        ("12 家企业全部核对，3 家换了财务，已上门认识并更新档案。", "联系人已更新，其中两家发薪日改到每月 15 日。"),
    ),
    Story(
        16, 5, "回访下月到期的定期存款客户", "逐户打电话，了解转存意向；有大额转出苗头的当天报告。", "arlv",
        ("28 户中 21 户同意转存，4 户要比利率，3 户已说明转去买房。", "联系 19 户，15 户转存，两户各 50 万元可能转出，已约面谈。"),
        "high",
    ),
    Story(
        9, 4, "走访产业园新入驻企业", "每家留下名片和一页产品单，问清开户行、结算量和用工人数。", "avdx",
        ("走访 8 家，3 家愿意来开户，2 家关心代发和设备贷款。", "走访 6 家，记录已写入拜访，下周带客户经理二访两家。"),
    ),
    Story(
        5, 3, "补齐贷后检查照片", "厂区、设备、库存三类照片缺一不可，缺的本周补拍。", "aodn",
        ("5 户全部补齐，其中一户库存明显减少，已写入检查意见。", "已补齐。"), "urgent",
    ),
    Story(
        2, 5, "整理本季度异议案例一则", "写清客户原话、当时怎么答、结果如何、下次怎么答。", "vdnn",
        ("客户说利率高，改谈总成本和放款时间后接受，附对比测算一页。",), "normal",
    ),
    Story(
        0, 2, "核实两户大额转出客户原因", "今天内打电话，明天下班前写明原因和挽留办法。", "dn",
        (), "urgent",
    ),
)  # fmt: skip
DECLINED = "本周全天在分行参加授信培训，时间对不上，请另派他人。"
RETURNED = "只有户数，没有逐户去向，请按户补齐。"
REMARKS = ("写得清楚，可直接用。", "按时完成。", "比上次细，继续保持。", "")


class Playing:
    """Plays what people did with their items, in the order of time within each item."""

    def __init__(self, rng: Random, end: datetime, commit: Callable[[], None]) -> None:
        self.rng, self.end, self.commit = rng, end, commit

    def moment(self, ago: float, hour: int = 9) -> datetime:
        """A working hour so many working days before the end, never after it."""
        day = clock.local(self.end).date()
        left = ago
        while left >= 1 or not calendar.is_working(day):
            left -= calendar.is_working(day)
            day -= timedelta(days=1)
        at = calendar.start_of_day(day) + timedelta(hours=hour, minutes=self.rng.randrange(50))
        return min(at, self.end - timedelta(minutes=5))

    def play(self, story: Story, sender: int, persons: Sequence[int]) -> None:
        """Assign a story to these people and let each of them do as it says."""
        with clock.at(self.moment(story.ago)):
            made = work.assign(
                people.actor_for(sender),
                TASK,
                story.title,
                rule=of_persons(persons),
                text=story.text,
                due_on=_working_days_on(clock.today(), story.within),
                priority=story.priority,
            )
        for number, (person, fate) in enumerate(zip(persons, story.fates, strict=False)):
            self._live(made, person, fate, story, number)
        self.commit()

    def _live(self, made: Assignment, person: int, fate: str, story: Story, number: int) -> None:
        item = item_of(made.id, person)
        if fate == "n":
            return
        began = story.ago - 0.4
        if fate in "xc":
            self._act(person, item, began, "decline", reason=DECLINED)
            if fate == "c":
                self._act(made.sender_id, item, began - 1, "close")
            return
        self._act(person, item, began, "accept")
        if fate in "do":
            if fate == "o":
                with clock.at(self.moment(1, 16)):
                    comment_item(people.actor_for(person), item, "客户外出，约了后天再去，可能要晚两天。")
            return
        handed: float = story.ago - (story.within + 2 if fate == "l" else max(story.within - 1, 1))
        result = story.results[number % len(story.results)]
        self._hand_in(person, item, handed, result[: len(result) // 2] if fate == "r" else result)
        if fate == "v":
            return
        if fate == "r":
            self._act(made.sender_id, item, handed - 0.6, "return", reason=RETURNED)
            self._hand_in(person, item, handed - 1.6, result)
            handed -= 1.6
        self._act(made.sender_id, item, handed - 0.6, "accept", fields={"remark": self.rng.choice(REMARKS)})

    def _hand_in(self, person: int, item: int, ago: float, result: str) -> None:
        self._act(person, item, ago, "hand_in", fields={"result": result}, checklist=["complete"])

    def _act(self, person: int, item: int, ago: float, outcome: str, **more: object) -> None:
        turn = session.execute(
            select(Turn.id, Turn.opened_at)
            .join(WorkItem, WorkItem.run_id == Turn.run_id)
            .where(WorkItem.id == item, Turn.state == "waiting")
        ).one()
        at = max(self.moment(max(ago, 0), 10 + self.rng.randrange(7)), turn.opened_at + timedelta(minutes=4))
        with clock.at(min(at, self.end)):
            workflow.complete(people.actor_for(person), turn.id, outcome=outcome, **more)  # type: ignore[arg-type]


def item_of(assignment_id: int, person_id: int) -> int:
    """The item of a person."""
    stmt = select(WorkItem.id).where(WorkItem.assignment_id == assignment_id, WorkItem.for_id == person_id)
    return session.execute(stmt).scalar_one()


def _working_days_on(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= calendar.is_working(day)
    return day


def play(rng: Random, institution: Institution, end: datetime, commit: Callable[[], None]) -> None:
    """Everything: the supervisor's and two leaders' assignments, one that a group shares, newcomers, again and again, a draft."""
    playing = Playing(rng, end, commit)
    members = institution.teams[0].members
    supervisor = institution.supervisors["BJ"]
    named = [members[role] for role in ("relationship", "leader", "business", "support")]
    trainee = people.person_by_username("trainee")
    for number, story in enumerate(STORIES):
        persons = named if number % 2 == 0 or trainee is None else [named[0], trainee, named[2], named[3]]
        playing.play(story, supervisor, persons[: len(story.fates)])
    for team in institution.teams[1:4]:
        playing.play(
            STORIES[2], team.members["leader"], [team.members[r] for r in ("relationship", "business", "support")]
        )
    _others(playing, people.actor_for(supervisor), institution.units["BJ"], () if trainee is None else (trainee,))
    commit()


def _others(playing: Playing, sender: Actor, unit_id: int, newcomers: tuple[int, ...]) -> None:
    unit = Part("unit", (str(unit_id),))
    with clock.at(playing.moment(3)):
        work.assign(
            sender, TASK, "本周六社区反诈宣传，谁去带队", rule=Rule((unit, Part("post", ("customer_manager",)))), mode="shared",
            text="地点：滨江社区广场，9 点到 11 点半。去的人负责展架、折页和签到表。", due_on=_working_days_on(clock.today(), 6),
        )  # fmt: skip
        work.assign(
            sender, TASK, "新到岗人员通读保密与投诉两项制度", rule=Rule((unit, Part("hired", ("newer:12",))), also=newcomers),
            text="读完写三条与自己岗位最相关的规定。", due_on=_working_days_on(clock.today(), 10), standing=True,
        )  # fmt: skip
    with clock.at(playing.moment(1)):
        weekly = work.draft(
            sender,
            TASK,
            "每周一上报本周拜访计划",
            rule=Rule((unit, Part("team_role", ("leader",)))),
            text="写清见谁、为什么见、想得到什么。",
        )
        work.plan(
            sender, weekly, Pattern("WEEKLY", weekdays=("MO",)), starts_on=clock.today(), shift="next", due_days=1
        )
        work.send_planned(sender, weekly, weekly.version)
        work.draft(
            sender,
            TASK,
            "年末客户答谢名单",
            rule=Rule((unit,)),
            due_on=_working_days_on(clock.today(), 12),
            priority="high",
        )
