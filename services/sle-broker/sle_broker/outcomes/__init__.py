"""What became of the schools that were helped: the outcome register."""
