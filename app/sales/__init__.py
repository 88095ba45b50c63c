"""The eight-step sale: opportunities, their board and list, and the product catalogue (D1–D6, D52)."""
