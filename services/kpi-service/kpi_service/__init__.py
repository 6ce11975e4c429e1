"""Did it work? Facts from the other services, and the indicators computed over them."""
