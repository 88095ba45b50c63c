"""Running the house: health, the auditor's pages, the job runner, mail, backup, logs and the command line."""
