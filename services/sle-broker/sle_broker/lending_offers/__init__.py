"""Leaders asked for at another alliance, and offered by it."""
