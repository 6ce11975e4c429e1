"""Programmes an alliance runs: their runs, who is nominated and booked, what came of it, and what was paid."""
