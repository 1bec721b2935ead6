"""The comparison bench (比对台): another office's list beside the register, and the work-lists that come of it."""
