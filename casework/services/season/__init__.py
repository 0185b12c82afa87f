"""The whole season: loading its files, planning all movements together, checking the plan."""
