"""Imports and exports, from the sender's file to the register and back."""
