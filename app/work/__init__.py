"""The working day: what waits for me, and the supervisor's desk."""
