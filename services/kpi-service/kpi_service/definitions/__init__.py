"""What the indicators are: definitions as data, with the days they are in force."""
