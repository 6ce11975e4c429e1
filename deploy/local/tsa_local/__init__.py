"""The whole product on one machine: starting it, and using it through its public APIs."""
