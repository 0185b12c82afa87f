"""Assessments and reintegration plans."""
