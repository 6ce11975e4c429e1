"""How a plan written as a document becomes a plan, with every oddity put to a person."""
