"""What every result says of its KPI: the figure, what it is set against, and how it stands to that."""
