"""Tests, from one function to whole crawls by the command line against the replica site."""
