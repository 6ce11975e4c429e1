"""An alliance's results on one page, for people who do not read tables of figures every day."""
