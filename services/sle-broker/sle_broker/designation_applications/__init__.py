"""Who applies to be designated in a round, what is said of them, and how it is decided."""
