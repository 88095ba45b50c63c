"""Tables of the sales room."""

from app.sales.models.accompanied import AccompaniedScore, AccompaniedVisit
from app.sales.models.opportunity import Attachment, Note, Opportunity, OpportunityContact, OpportunityProduct
from app.sales.models.product import Product

__all__ = [
    "AccompaniedScore",
    "AccompaniedVisit",
    "Attachment",
    "Note",
    "Opportunity",
    "OpportunityContact",
    "OpportunityProduct",
    "Product",
]
