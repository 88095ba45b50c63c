"""All reads of the sales room."""

from app.sales.queries.board import FIRST, board, choices, more_cards
from app.sales.queries.filters import Filters
from app.sales.queries.opportunities import (
    EXPORT_LIMIT,
    OpportunityView,
    by_submission,
    count,
    export_rows,
    forecast,
    labels,
    of_customer,
    open_for_customer,
    opportunities_page,
    opportunity_for,
    opportunity_view,
    visible_ids,
)
from app.sales.queries.products import catalogue, plan, product_for
from app.sales.queries.runs import process

__all__ = [
    "EXPORT_LIMIT",
    "FIRST",
    "Filters",
    "OpportunityView",
    "board",
    "by_submission",
    "catalogue",
    "choices",
    "count",
    "export_rows",
    "forecast",
    "labels",
    "more_cards",
    "of_customer",
    "open_for_customer",
    "opportunities_page",
    "opportunity_for",
    "opportunity_view",
    "plan",
    "process",
    "product_for",
    "visible_ids",
]
