"""What providers over HTTP share: one polite request. A provider brings an Endpoint its URL, secrets and dialect.

Its rule: whatever the far side does ends as an answer or as one SystemFailure, and no request is sent again once
it was answered. Nothing here knows a dialect; a new one is a new provider.
"""
