"""Middlewares between spiders and network: politeness and safety that Scrapy lacks."""
