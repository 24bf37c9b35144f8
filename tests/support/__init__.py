"""What the tests share: whole crawls, sites that misbehave, databases, and the truth."""
