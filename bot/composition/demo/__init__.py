"""The demo: the real house, both networks in a box, and a business with a year behind it."""
