"""Whether fewer of an alliance's schools are without a head of their own than a year before."""
