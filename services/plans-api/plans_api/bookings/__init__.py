"""Who takes part in the runs of programmes: nominations, bookings, registers, outcomes, evaluations and invoices."""
