"""How many days a leader can be lent in an academic year, and in its half-terms."""
