"""The same person registered twice (同一人重复登记): finding, deciding, merging, taking a merge back."""
