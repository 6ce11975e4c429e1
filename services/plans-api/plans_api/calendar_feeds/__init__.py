"""The dates of a plan as a calendar that people subscribe to."""
