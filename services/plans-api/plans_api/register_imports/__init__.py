"""Taking the official register over: its extracts, its links between schools, its groups."""
