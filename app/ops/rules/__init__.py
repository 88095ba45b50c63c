"""Pure rules of operation: how a log line is written, what a mail address line says, what a filter means."""
