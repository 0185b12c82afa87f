"""Invented data at every stage, made through the services by the roles that would make them."""
