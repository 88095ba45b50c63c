"""All writes of ops: the runner's lease, verifications of history, backups."""
