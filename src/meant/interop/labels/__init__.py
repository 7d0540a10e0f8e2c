"""Labelling in other tools: tasks go out, blind, and what people said comes in.

To add a tool: a module here with a class that keeps `contract.LabelTool`, and its name in `TOOLS` of `tools.py`.
"""
