"""What people give at each of the eight steps' forms: fields by name, and evidence in words by kind."""

from typing import Any

ANSWERS: dict[str, dict[str, Any]] = {
    "prepare": {
        "territory": "建材市场三百户，工程单回款两三个月。",
        "prospect": "瓷砖批发，年销售六千万元，基本户在农商行。",
        "competitors": "农商行合作八年，续贷要先还后贷。",
        "opening": "十一月到期，能不能不用过桥。",
    },
    "plan_visit": {
        "aim": "拿到近三个月对账单",
        "meet": "周总拍板，林会计经办",
        "questions": "今年工程和零售哪头好做？",
    },
    "visit": {
        "visits.0.place": "宏远建材二楼",
        "visits.0.people": "周建国、林敏",
        "visits.0.said": "一天万分之八，找人拆借。",
        "report": "痛点是过桥和对账。",
        "agreed_next": "周五前给对账单。",
    },
    "survey": {
        "present": "月均进账五百六十万元。",
        "future": "春节前多压两百万元的货。",
        "latent": "应收账款可以做保理。",
        "deciders": "周建国拍板，林敏影响。",
    },
    "design": {
        "products.0.product": "LN01",
        "products.0.amount": "3000000",
        "products.0.need": "到期不过桥",
        "benefit": "一年省六万元。",
        "risk": "应收集中；回款账户变更到我行。",
    },
    "discuss": {"reaction": "“不过桥是好。”", "acceptance": "mostly"},
    "objections": {
        "objections.0.type": "habit",
        "objections.0.words": "八年了，说走就走不好看。",
        "objections.0.answer": "先放一个收款户，不用走。",
        "objections.0.result": "resolved",
        "signal": "什么时候能放款？",
    },
    "terms": {
        "amount": "3000000",
        "expected_on": "2027-01-15",
        "terms": "一年期，随借随还，商铺抵押。",
        "case": "综合收益高于单笔让利。",
    },
    "decide": {"opinion": "抓紧办。"},
    "decide_unit": {"opinion": "同意，回款账户先变更。"},
    "sign": {"signed_on": "2026-11-20", "contract_number": "JH-2026-001", "conditions_met": "抵押已登记。"},
    "service_plan": {
        "schedule.0.visit_on": "2026-12-20",
        "schedule.0.purpose": "看收款码用得顺不顺",
        "schedule.0.who": "刘辅助",
        "handover": "客户喜欢微信联系。",
    },
    "follow_up": {"satisfaction": "satisfied", "customer_words": "比原来快。", "added_value": "教会计对账。"},
    "review": {
        "won_by": "算清了过桥的账。",
        "nearly_lost_by": "只跟老板说，没跟会计说。",
        "next_time": "第一次就带上测算。",
        "decisive_step": "situation",
    },
}
IN_WORDS = {"design": {"plan_document": "方案一页，测算表一页。"}, "sign": {"contract": "合同三份，已面签。"}}
"""Evidence that a step cannot be left without."""
DOERS = {"decide": "leader", "decide_unit": "risk", "design": "business", "service_plan": "support"}
"""Whose a step is; the others are the manager's."""
WAY = (
    "prepare", "plan_visit", "visit", "survey", "design", "discuss", "objections", "terms", "decide", "sign",
    "service_plan", "follow_up", "review",
)  # fmt: skip
"""The ordinary way of a sale that the leader may decide on alone."""


def doer(step: str) -> str:
    """The account that does a step."""
    return DOERS.get(step, "manager")
