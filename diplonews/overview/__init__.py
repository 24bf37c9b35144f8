"""The overview: what the archive holds and how it came, as one page that can be mailed."""
