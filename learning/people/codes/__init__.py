"""The way in for people without e-mail: a printed sheet with a number to sign in with and a code that works once."""
