"""Who is designated as a system leader, since when, and how long they have waited for a first deployment."""
