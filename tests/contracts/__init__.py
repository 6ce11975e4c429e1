"""What the services promise to the world, held against what they do."""
