"""Notices to the outside after a run: incidents, a ping, and metrics.

Nothing here may fail or delay a run: notices come when all is published and the lock is released.
"""
