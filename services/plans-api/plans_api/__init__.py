"""The register of schools and alliances, and the plans they make."""
