"""The WhatsApp Cloud API, and the people who hold the phones."""
