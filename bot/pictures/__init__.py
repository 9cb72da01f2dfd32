"""Charts and QR codes as pictures."""
