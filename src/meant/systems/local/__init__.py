"""A language model on this machine's cores, in a process of its own: one step of the engine holds Python's lock.

`client` is the caller's side and imports nothing heavy; `child` is the other side of the pipe; `wire` is what they
say to each other. To use another engine, keep the methods of `worker.Engine` in a module beside `openvino`.
"""
