"""Printed text to canonical values: pure functions, same input, same output."""
