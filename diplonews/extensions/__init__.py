"""What follows a crawl by its signals and tells of it."""
