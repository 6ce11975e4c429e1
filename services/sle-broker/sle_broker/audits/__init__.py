"""Audits: what schools say of themselves, question by question, and the needs that follow."""
