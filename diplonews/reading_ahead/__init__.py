"""Reading ahead: workers read captured pages before their turn in the run comes."""

from diplonews.reading_ahead.page_work import Job, PageRead, WorkPlan
from diplonews.reading_ahead.read_ahead import Lost, ReadAhead

__all__ = ["Job", "Lost", "PageRead", "ReadAhead", "WorkPlan"]
