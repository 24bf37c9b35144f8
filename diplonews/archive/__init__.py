"""The archive: articles, their revisions, and how far each category was walked.

It knows no markup and no Scrapy. Every public method is one transaction.
"""

from diplonews.archive.store import Archive

__all__ = ["Archive"]
