"""Who may do what: clients, people, the roles granted to them, and access tokens."""
