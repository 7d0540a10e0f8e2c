"""What providers over HTTP share: one polite POST. A provider brings an Endpoint its URL, its key and its dialect.

Its rule: whatever the far side does ends as an answer or as one SystemFailure, and no request is sent again once
it was answered. Nothing here knows a dialect; a new one is a new provider.
"""
