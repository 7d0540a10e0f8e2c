"""The fields of Chat Completions, and what becomes of each. Source: OpenAI API reference, "Chat"."""

from meant.serve.wires.fields import Fields, names

_TOOLS = "it is out of date; use `tools`"
BODY = Fields(
    read=names(
        "model messages tools tool_choice temperature top_p max_tokens max_completion_tokens stop seed stream "
        "stream_options"
    ),
    passed=names(
        "response_format reasoning_effort verbosity frequency_penalty presence_penalty logit_bias parallel_tool_calls"
    ),
    ignored=names(
        "metadata user store service_tier safety_identifier prompt_cache_key prompt_cache_options "
        "prompt_cache_retention"
    ),
    refused={
        "n": "Only one choice is given: `n` has to be 1.",
        "logprobs": "No log-probabilities are given.",
        "top_logprobs": "No log-probabilities are given.",
        "audio": "Only text is given.",
        "modalities": "Only text is given: `modalities` has to be ['text'].",
        "functions": f"`functions` is not taken: {_TOOLS}.",
        "function_call": f"`function_call` is not taken: {_TOOLS}.",
        "prediction": "A predicted output is not taken.",
        "web_search_options": "Only the caller's own tools are called.",
        "moderation": "What is guarded here is set by the operator.",
    },
    neutral={
        "n": (1,),
        "logprobs": (False,),
        "top_logprobs": (0,),
        "modalities": (["text"],),
        "response_format": ({"type": "text"},),
        "frequency_penalty": (0,),
        "presence_penalty": (0,),
        "logit_bias": ({},),
        "parallel_tool_calls": (True,),
        "functions": ([],),
    },
)
MESSAGE = Fields(
    read=names("role content tool_calls tool_call_id refusal"),
    ignored=names("name annotations reasoning reasoning_content"),
    refused={"audio": "Only text is taken.", "function_call": f"`function_call` is not taken: {_TOOLS}."},
)
