"""Whether an alliance's schools improved between inspections, and more than whom."""
