"""Stations in the receiving places, their follow-up visits, and the plan of both."""
