"""What alliances agreed to reach in an academic year."""
