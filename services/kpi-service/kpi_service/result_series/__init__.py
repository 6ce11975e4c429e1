"""How a KPI went from year to year: its results at the end of each academic year, and today's."""
