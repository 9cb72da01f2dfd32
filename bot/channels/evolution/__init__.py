"""WhatsApp through an Evolution API server: a linked device, without Meta's Cloud API."""
