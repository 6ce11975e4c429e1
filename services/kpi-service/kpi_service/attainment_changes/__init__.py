"""Whether attainment in an alliance's schools rose from one year to the next, and the gap in it narrowed."""
