"""The workflow core: definitions that are data, runs pinned to them, turns that wait for people, and their history."""
