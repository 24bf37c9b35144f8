"""Feeds: files, publishing, the schema of a line, and their audit."""
