"""How many of an alliance's schools are good or outstanding."""
