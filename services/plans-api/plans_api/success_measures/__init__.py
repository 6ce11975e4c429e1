"""What a plan is to achieve, in numbers: targets, what was reached as of which day, and whether that is enough."""
