"""How many leaders were deployed within three months of designation, and what could still be done for those who wait."""
