"""Which schools there are, and in which alliances: a replica of what plans-api records."""
