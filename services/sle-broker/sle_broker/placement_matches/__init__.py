"""Hosts for who applies for a placement, and applicants for a host, with reasons both ways."""
