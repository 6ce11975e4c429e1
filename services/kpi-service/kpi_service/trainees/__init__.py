"""Initial trainees of alliances: how many were trained, and how many of them were employed early."""
