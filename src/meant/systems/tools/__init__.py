"""Tools that a system calls: what the policy's rules say of a call, how it is carried out, what the model is told."""
