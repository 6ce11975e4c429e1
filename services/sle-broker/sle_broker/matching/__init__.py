"""Which leaders suit a request, in which order, and why each of the others is not offered."""
