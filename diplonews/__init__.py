"""diplonews: crawl Diplomatic Info by category into feeds that lose nothing."""

__version__ = "0.1.0"
