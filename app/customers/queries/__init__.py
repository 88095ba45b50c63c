"""All reads of the customers room."""
