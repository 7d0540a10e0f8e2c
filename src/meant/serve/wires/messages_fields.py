"""The fields of Messages, and what becomes of each. Source: Anthropic API reference, "Messages"."""

from meant.serve.wires.fields import Fields, names

BODY = Fields(
    read=names("model messages system max_tokens tools tool_choice temperature top_p stop_sequences stream"),
    passed=names("thinking top_k output_config"),
    ignored=names("metadata service_tier cache_control inference_geo diagnostics speed"),
    refused={
        "mcp_servers": "Only the caller's own tools are called.",
        "container": "Only the caller's own tools are called.",
        "context_management": "The conversation is taken as it is sent.",
    },
    neutral={"thinking": ({"type": "disabled"},), "mcp_servers": ([],), "output_config": ({},)},
)
MESSAGE = Fields(read=names("role content"))
BLOCK = Fields(
    read=names("type text id name input tool_use_id content thinking signature data"),
    ignored=names("cache_control citations is_error caller"),
)
"""Of every type."""
CHOICE = Fields(
    read=names("type name"),
    refused={"disable_parallel_tool_use": "How many tools are called at once is the model's own affair."},
    neutral={"disable_parallel_tool_use": (False,)},
)
