"""Pages of the market for work, behind sign-in and in the open."""
