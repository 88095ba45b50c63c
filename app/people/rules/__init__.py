"""Rules of people: pure functions, no Flask, no database."""
