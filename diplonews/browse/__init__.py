"""The analysts' database in a browser: Datasette with pages of our own, on this machine only."""
