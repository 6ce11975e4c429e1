"""How many days an alliance's leaders used on visits."""
