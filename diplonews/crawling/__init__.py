"""What spiders are made of: the base spiders, the probe, the walk, reading, surfaces."""
