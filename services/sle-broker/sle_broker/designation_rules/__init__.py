"""What an alliance has decided about its designations: its own kinds of leader, and when a need must be cited."""
