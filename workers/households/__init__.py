"""Households: the list, the file of one (一户一档), founding and mending them, moving people between them."""
