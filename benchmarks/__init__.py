"""What the product costs, beside the least it could cost: ``make bench`` prints the table."""
