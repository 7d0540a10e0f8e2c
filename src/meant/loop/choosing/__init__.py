"""What a choice shows: figures, the page, and stored runs put together for it."""
