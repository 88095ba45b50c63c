"""Rules of the working day: plain functions."""
