"""Who changed a milestone's date, and why; and when each alliance's terms begin and end."""
