"""The registry of people: households, key groups, what is known of each worker."""
