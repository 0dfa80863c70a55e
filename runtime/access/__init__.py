"""Tokens with which systems of the staff use the API; no person signs in with them."""
