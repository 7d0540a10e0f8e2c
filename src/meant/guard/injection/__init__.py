"""Injections: orders to a model inside what is data, the marks that tell data from orders, and what is hidden in it."""
