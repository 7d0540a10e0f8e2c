"""Sentence embeddings on this machine, from any ONNX encoder with its tokenizer (extra `embed`)."""
