"""What an alliance said it would do in a year, by when, and who leads it."""
