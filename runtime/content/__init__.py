"""What the content origin serves: the player's page, the files of packages, and what players save."""
