"""Needs in numbers: what schools need help with, and who could give it, without giving one school away."""
