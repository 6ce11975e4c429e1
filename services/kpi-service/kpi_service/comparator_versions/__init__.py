"""By which rule a figure is set against another: that of each comparator, in versions."""
