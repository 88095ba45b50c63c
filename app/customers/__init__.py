"""Customers: who they are, who serves them, every visit and call, and who has looked (D12, D17, D18, D23, D51)."""
