"""Extensions: they listen to Scrapy's signals and report on the crawl."""
