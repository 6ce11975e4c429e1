"""What a school asks for, and what has become of the request."""
