"""The edition for outsiders: facts without what must not leave the house, and their page."""
