"""Published figures, held against what whole numbers can give."""
