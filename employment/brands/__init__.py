"""Labour brands: their members and what these earn."""
