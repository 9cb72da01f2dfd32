"""What is true about billing with no computer in sight."""
