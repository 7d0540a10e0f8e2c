"""Simulated agents with tools: what a user wants, what an injection wants, and an agent that obeys both."""
