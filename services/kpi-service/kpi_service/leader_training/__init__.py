"""Whether as many SLEs were designated and trained as an alliance agreed to."""
