"""How a plan goes through its year: how far it is, its red, amber and green, its reviews, and what is missing."""
