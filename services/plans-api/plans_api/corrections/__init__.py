"""Corrected documents of a plan, and what they say differently."""
