"""What stands between the spiders and the network: politeness and safety that Scrapy lacks."""
