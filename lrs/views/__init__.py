"""The resources of the Experience API."""
