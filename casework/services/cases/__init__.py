"""Cases: opening, assigning, the file and its timeline, daily work, sharing, closing."""
