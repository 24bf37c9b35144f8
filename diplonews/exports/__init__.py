"""Exports: what the archive holds, chosen and written in the formats that people use."""
