"""Screens of the record store inside the editor."""
