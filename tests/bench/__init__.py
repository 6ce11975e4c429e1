"""What the house costs, as ratios to a bare baseline measured in the same run: `make bench`, not part of the tests."""
