"""A plan as a file again, in the layout people know; it imports back to the same plan."""
