"""The doors of ops: health for machines, the audit for the auditor."""
