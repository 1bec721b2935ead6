"""The kit every REST endpoint is made of."""
