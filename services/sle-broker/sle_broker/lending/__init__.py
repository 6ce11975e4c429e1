"""Which alliances lend leaders to each other."""
