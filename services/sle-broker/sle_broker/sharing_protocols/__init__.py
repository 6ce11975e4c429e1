"""What a school shares of its audits: with whom, how much, and from when to when."""
