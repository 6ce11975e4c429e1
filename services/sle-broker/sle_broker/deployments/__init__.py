"""Who is helping whom, from the first proposal to the closed record."""
