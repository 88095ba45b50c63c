"""Programs with a token, whose every answer is held against the OpenAPI document."""

from tests.api.programs import program, sellers

__all__ = ["program", "sellers"]
