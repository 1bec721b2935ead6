"""Who came home for the festival, and who is back at work since."""
