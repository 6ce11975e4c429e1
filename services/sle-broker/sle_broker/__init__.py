"""Who can help, who needs help, and who is helping whom."""
