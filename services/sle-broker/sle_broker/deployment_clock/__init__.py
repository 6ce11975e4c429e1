"""How many leaders were deployed within three months of designation, and what can still be done for who waits."""
