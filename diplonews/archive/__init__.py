"""What is kept: articles, their revisions, and how far each category has been walked.

Knows no markup and no Scrapy. Every public method is one transaction.
"""

from diplonews.archive.store import Archive

__all__ = ["Archive"]
