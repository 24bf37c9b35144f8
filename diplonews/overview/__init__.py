"""The overview: the archive's contents and its history, as one page that can be mailed."""
