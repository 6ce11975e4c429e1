"""Results as files that a spreadsheet program opens."""
