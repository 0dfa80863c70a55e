"""Statements about learning and the documents beside them, as the Experience API defines them."""
