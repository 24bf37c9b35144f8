"""Exports: articles chosen from the archive, in the formats that people use."""
