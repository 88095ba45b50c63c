"""The way a request takes: who may, one transaction, error pages, forms, and the registries of page parts."""
