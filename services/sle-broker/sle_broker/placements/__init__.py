"""Leadership residencies, coaching and shadowing: the engine of deployments in other words."""
