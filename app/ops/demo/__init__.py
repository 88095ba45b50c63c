"""The demonstration institution: a bank with six months of work behind it, made by the application's own operations."""
