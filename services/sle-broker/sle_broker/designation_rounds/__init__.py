"""Rounds in which an alliance designates leaders: their windows, rules and targets, and what came of them."""
