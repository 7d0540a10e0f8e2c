"""Cases proposed from a policy: operators on its own examples and tool rules, and what a system is asked for."""
