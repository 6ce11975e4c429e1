"""What the indicators say: of one alliance, and of all of them together."""
