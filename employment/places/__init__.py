"""Recognised workplaces: their recognition and yearly review, their staff."""
