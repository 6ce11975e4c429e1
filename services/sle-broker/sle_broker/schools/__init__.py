"""Schools, alliances and memberships: a replica of what plans-api records."""
