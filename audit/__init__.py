"""The audit log: who did what to whose data, tamper-evident, in the data's own transaction."""
