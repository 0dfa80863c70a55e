"""Staff lists from files: read, checked, compared with what is known, and only then applied.

`reading` turns bytes into cells, `parsing` cells into rows or problems, `planning` rows into what would change.
These three know no database. `snapshots` reads what is known now and `services` keeps uploads and applies plans.
"""
