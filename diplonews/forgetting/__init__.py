"""Forgetting an article: its words are erased wherever this machine has them."""
