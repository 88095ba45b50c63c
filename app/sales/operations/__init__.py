"""All writes of the sales room. They never commit; whoever calls them does."""

from app.sales.operations.accompanied import drop_accompanied, plan_accompanied
from app.sales.operations.details import add_file, add_note, remove_contact, remove_file, set_contact, withdraw_note
from app.sales.operations.moving import move_back, move_many, move_on, record_export
from app.sales.operations.opportunities import change_opportunity, close_opportunity, open_opportunity
from app.sales.operations.products import create_product, load_catalogue, retire_product, update_product

__all__ = [
    "add_file",
    "add_note",
    "change_opportunity",
    "close_opportunity",
    "create_product",
    "drop_accompanied",
    "load_catalogue",
    "move_back",
    "move_many",
    "move_on",
    "open_opportunity",
    "plan_accompanied",
    "record_export",
    "remove_contact",
    "remove_file",
    "retire_product",
    "set_contact",
    "update_product",
    "withdraw_note",
]
