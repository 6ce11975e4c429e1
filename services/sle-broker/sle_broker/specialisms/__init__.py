"""What leaders are expert in, and what schools ask help with: the list both sides use."""
