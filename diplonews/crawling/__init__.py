"""The parts of spiders: base spiders, probe, walks, surfaces, and how articles are read."""
