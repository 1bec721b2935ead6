"""Users, what they may do, whose data they see, and the log of what they opened."""
