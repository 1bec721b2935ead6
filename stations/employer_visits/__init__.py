"""Visits to employers (访企拓岗): who goes where, whom of ours they find, which posts they bring back (domain.md §1.2)."""
