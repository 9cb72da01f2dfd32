"""What programs may ask with a token: one file a subject, each route with its shapes."""
