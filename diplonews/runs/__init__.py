"""One run: its lock, its verdict, its report, and how it begins and ends."""
