"""What is said of all alliances: together, and of each beside the others, for those who belong to none of them."""
