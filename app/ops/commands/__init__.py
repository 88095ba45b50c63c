"""The command line of ops: one line on failure, exit code 0 only on success."""
