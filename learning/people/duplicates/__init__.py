"""One person with two accounts: found by what speaks for it, joined or told apart by somebody who may decide."""
