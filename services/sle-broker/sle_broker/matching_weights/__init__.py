"""How much each criterion of a shortlist counts in an alliance: recorded versions, each with who and when."""
