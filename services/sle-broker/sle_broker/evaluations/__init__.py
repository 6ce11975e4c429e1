"""How a deployment was judged, what was fed back about the leader, and when the leader was told."""
