"""Help to citizens abroad that needs no return."""
