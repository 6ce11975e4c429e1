"""The register: schools by URN."""
