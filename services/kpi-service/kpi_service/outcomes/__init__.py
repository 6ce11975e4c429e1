"""What the official files tell of schools and the country: kept with the days between which it was the latest word."""
