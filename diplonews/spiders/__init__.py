"""The spiders: one for each section, and one for any other category of the menu."""
