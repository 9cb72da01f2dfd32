"""What the services need from below, as protocols; composition fills them. One file a subject."""
