"""Backups: the whole archive in one file, written, read and restored (docs/backup.md)."""
