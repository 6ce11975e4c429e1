"""Which leaders go to which requests, best for all together: the candidate graph, its optimum, and proofs of it."""
