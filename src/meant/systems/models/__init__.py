"""Local models: where they come from (`source`, `fetch`), what they become (`convert`), where they are kept (`cache`).

A model is a folder of the cache with one file of weights and a manifest; it is there whole or not at all. Models
with a short name stand in `data/models.json`: adding one is an entry there.
"""
