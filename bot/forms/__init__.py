"""What a person may tell us, one model for each thing said."""
