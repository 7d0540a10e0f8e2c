"""The fields of Responses, and what becomes of each. Source: OpenAI API reference, "Responses"."""

from meant.serve.wires.fields import Fields, names

_KEPT = "Nothing is kept here: send the whole conversation as `input`."
BODY = Fields(
    read=names("model input instructions tools tool_choice temperature top_p max_output_tokens stream"),
    passed=names("reasoning text parallel_tool_calls"),
    ignored=names(
        "metadata user store service_tier safety_identifier prompt_cache_key prompt_cache_options "
        "prompt_cache_retention stream_options max_tool_calls"
    ),
    refused={
        "previous_response_id": _KEPT,
        "conversation": _KEPT,
        "background": "A reply is given at once or not at all: `background` has to be false.",
        "include": "Nothing is there to be included beyond the reply.",
        "prompt": "Prompts are not kept here: send `instructions` and `input`.",
        "top_logprobs": "No log-probabilities are given.",
        "truncation": "The conversation is taken as it is sent: `truncation` has to be 'disabled'.",
        "context_management": "The conversation is taken as it is sent.",
        "moderation": "What is guarded here is set by the operator.",
    },
    neutral={
        "reasoning": ({},),
        "text": ({}, {"format": {"type": "text"}}),
        "parallel_tool_calls": (True,),
        "background": (False,),
        "include": ([], ["reasoning.encrypted_content"]),
        "top_logprobs": (0,),
        "truncation": ("disabled",),
    },
)
MESSAGE = Fields(read=names("type role content"), ignored=names("id status phase"))
CALL = Fields(read=names("type call_id name arguments"), ignored=names("id status caller"))
RESULT = Fields(read=names("type call_id output"), ignored=names("id status caller name"))
