"""What every service of the house is built from: the technical ground, with no word of the sector in it."""
