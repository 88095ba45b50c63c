"""How long and how large the typed parts of an opportunity may be."""

from decimal import Decimal

TITLE = 120
TERMS = 4000
NOTE = 4000
PRICE = 120
NEED = 300
PRODUCTS = 20
CONTACTS = 30
AMOUNT = Decimal("9000000000000.00")
"""The largest amount of one opportunity, in yuan: 9 万亿."""
