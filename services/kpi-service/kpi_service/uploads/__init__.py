"""Official files handed in: kept as they came, read by the worker, and answered row by row."""
