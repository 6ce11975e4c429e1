"""What people decide about the findings of a plan, and what their answers write into it."""
