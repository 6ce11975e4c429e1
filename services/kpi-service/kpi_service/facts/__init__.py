"""What happened to leaders: designations and deployments begun, as sle-broker tells of them."""
