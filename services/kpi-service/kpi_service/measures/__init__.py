"""The measures: what is counted from the facts, and the rules that set a figure against its target."""
