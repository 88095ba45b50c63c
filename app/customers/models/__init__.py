"""Tables of the customers room."""

from app.customers.models.contact import Contact, Note, Photo
from app.customers.models.customer import Customer, KeyPerson, Portfolio, Recount, Related, Secret
from app.customers.models.dates import CustomerDate
from app.customers.models.imports import Import, ImportFault
from app.customers.models.looks import Look

__all__ = [
    "Contact",
    "Customer",
    "CustomerDate",
    "Import",
    "ImportFault",
    "KeyPerson",
    "Look",
    "Note",
    "Photo",
    "Portfolio",
]
__all__ += ["Recount", "Related", "Secret"]
