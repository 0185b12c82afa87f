"""Signing in: passwords, second factors, invitations, server-side sessions."""
