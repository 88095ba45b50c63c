"""Forms of people: only what a person may type."""
