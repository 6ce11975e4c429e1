"""Who may do what: a replica of the roles that plans-api grants."""
