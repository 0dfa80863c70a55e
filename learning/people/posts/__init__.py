"""One person's name, posts and manager, changed by hand: the same rules as for staff lists."""
