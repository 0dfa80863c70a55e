"""What is valid, as the specification says it. Pure: no database, no settings, no clock."""
