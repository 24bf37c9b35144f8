"""Notices to the outside after a run: incidents, a ping, and metrics.

Nothing in here may fail or delay a run: it is called when all is published and the lock is let go.
"""
