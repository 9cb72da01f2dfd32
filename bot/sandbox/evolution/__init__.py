"""An Evolution API server in the box: one number, linked by a QR code, as version 2 behaves."""
