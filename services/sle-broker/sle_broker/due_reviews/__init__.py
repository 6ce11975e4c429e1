"""Which deployments under way are to be reviewed, each half-term."""
