"""What has become of a leader's days in an academic year: held, used, still free."""
