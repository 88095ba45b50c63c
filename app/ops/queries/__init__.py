"""All reads of ops."""
