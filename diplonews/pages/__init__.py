"""Pure functions that read one page: what it says, as it says it. No clock, disk or network."""
