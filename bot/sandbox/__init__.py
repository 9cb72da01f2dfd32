"""The outside world in a box: Telegram, WhatsApp, a clock, two phones."""
