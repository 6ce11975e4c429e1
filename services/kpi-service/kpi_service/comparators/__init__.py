"""Which schools an alliance's schools are compared with, where those are chosen to be like them."""
