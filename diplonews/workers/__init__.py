"""Workers: processes, of this machine or of a cluster, that functions are given to."""

from diplonews.workers.choosing import check_executor, choose_workers
from diplonews.workers.interface import Workers

__all__ = ["Workers", "check_executor", "choose_workers"]
