"""One thing registered twice: a queue of pairs to decide, two side by side, merging two registrations, taking a merge back."""
