"""Alliances of schools, and which schools belong to them from when to when."""
