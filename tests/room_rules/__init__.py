"""Who lives where, and who may know whom: the rules of the house, read from the source of every module."""
