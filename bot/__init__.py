"""EmDia: the chat-first billing assistant that keeps a business's clients up to date."""
