"""What the platform itself says about learning; the recipe is in docs/record-store.md."""
