"""What stands behind a result: every school, designation and figure, each with the record it came from."""
