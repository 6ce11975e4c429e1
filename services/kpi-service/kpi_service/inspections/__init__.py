"""How schools' inspection grades changed, across the URNs a school has had."""
