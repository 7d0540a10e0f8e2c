"""Which system to take: axes, the Pareto front, the policy's weights, and what the data do not say."""
