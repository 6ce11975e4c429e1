"""What schools need help with, whatever first told of it."""
