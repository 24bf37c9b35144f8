"""Feeds: their files, how they are published and checked, and the schema of a line."""
