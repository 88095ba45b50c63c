"""All reads of the customers room; other rooms call ``queries.customer_for(actor, id)`` and its neighbours."""

from app.customers.queries.contacts import (
    ContactFilters,
    contacts_of_opportunity,
    contacts_page,
    count_contacts,
    timeline_page,
    visits_of,
)
from app.customers.queries.customers import (
    customer_for,
    customer_view,
    customers_page,
    due_for,
    key_persons,
    names,
    search_customers,
    visible_ids,
)
from app.customers.queries.filters import Filters

__all__ = [
    "ContactFilters",
    "Filters",
    "contacts_of_opportunity",
    "contacts_page",
    "count_contacts",
    "customer_for",
    "customer_view",
    "customers_page",
    "due_for",
    "key_persons",
    "names",
    "search_customers",
    "timeline_page",
    "visible_ids",
    "visits_of",
]
