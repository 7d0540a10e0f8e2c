"""Bodies that each dialect's clients send, with all that is read from them."""

from typing import Any

from meant.core.request import Dialect

SCHEMA = {"type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]}
CHAT: dict[str, Any] = {
    "model": "kind",
    "messages": [
        {"role": "developer", "content": "Be kind."},
        {"role": "user", "content": [{"type": "text", "text": "Is it warm"}, {"type": "text", "text": "in Malmö?"}]},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "look_up", "arguments": '{"place": "Malmö"}'}},
                {"id": "c2", "type": "function", "function": {"name": "look_up", "arguments": "{broken"}},
            ],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "21 degrees"},
        {"role": "tool", "tool_call_id": "c2", "content": [{"type": "text", "text": "no"}]},
        {"role": "assistant", "content": "Yes.", "refusal": None, "annotations": [], "audio": None},
        {"role": "user", "name": "eve", "content": "Sure?"},
    ],
    "tools": [
        {"type": "function", "function": {"name": "look_up", "description": "Looks a place up.", "parameters": SCHEMA}},
        {"type": "function", "function": {"name": "stop"}},
    ],
    "tool_choice": {"type": "function", "function": {"name": "look_up"}},
    "temperature": 0.5,
    "top_p": 0.9,
    "max_completion_tokens": 50,
    "stop": "END",
    "seed": 7,
    "stream": True,
    "stream_options": {"include_usage": True},
    "n": 1,
    "user": "u1",
    "metadata": {"a": "b"},
    "logprobs": False,
    "response_format": {"type": "json_object"},
}
RESPONSES: dict[str, Any] = {
    "model": "kind",
    "instructions": "Be kind.",
    "input": [
        {
            "role": "user",
            "content": [{"type": "input_text", "text": "Is it warm"}, {"type": "input_text", "text": "in Malmö?"}],
        },
        {"type": "reasoning", "id": "rs_1", "summary": []},
        {"type": "function_call", "call_id": "c1", "name": "look_up", "arguments": '{"place": "Malmö"}', "id": "fc_1"},
        {"type": "function_call", "call_id": "c2", "name": "look_up", "arguments": "{broken", "status": "completed"},
        {"type": "function_call_output", "call_id": "c1", "output": "21 degrees"},
        {"type": "function_call_output", "call_id": "c2", "output": [{"type": "input_text", "text": "no"}]},
        {
            "type": "message",
            "id": "msg_1",
            "status": "completed",
            "role": "assistant",
            "content": [{"type": "output_text", "text": "Yes.", "annotations": []}],
        },
        {"role": "user", "content": "Sure?"},
    ],
    "tools": [
        {
            "type": "function",
            "name": "look_up",
            "description": "Looks a place up.",
            "parameters": SCHEMA,
            "strict": True,
        },
        {"type": "function", "name": "stop", "parameters": None},
    ],
    "tool_choice": {"type": "function", "name": "look_up"},
    "temperature": 0.5,
    "top_p": 0.9,
    "max_output_tokens": 50,
    "stream": True,
    "store": True,
    "metadata": {"a": "b"},
    "truncation": "disabled",
    "include": ["reasoning.encrypted_content"],
    "reasoning": {"effort": "low"},
}
MESSAGES: dict[str, Any] = {
    "model": "kind",
    "system": [{"type": "text", "text": "Be kind.", "cache_control": {"type": "ephemeral"}}],
    "messages": [
        {"role": "user", "content": [{"type": "text", "text": "Is it warm"}, {"type": "text", "text": "in Malmö?"}]},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "Hm.", "signature": "s"},
                {"type": "tool_use", "id": "c1", "name": "look_up", "input": {"place": "Malmö"}},
                {"type": "tool_use", "id": "c2", "name": "look_up", "input": {}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "c1", "content": "21 degrees"},
                {
                    "type": "tool_result",
                    "tool_use_id": "c2",
                    "content": [{"type": "text", "text": "no"}],
                    "is_error": True,
                },
            ],
        },
        {"role": "assistant", "content": "Yes."},
        {"role": "user", "content": "Sure?"},
    ],
    "tools": [
        {"name": "look_up", "description": "Looks a place up.", "input_schema": SCHEMA},
        {"name": "stop", "type": "custom", "input_schema": {"type": "object"}},
    ],
    "tool_choice": {"type": "tool", "name": "look_up"},
    "temperature": 0.5,
    "top_p": 0.9,
    "max_tokens": 50,
    "stop_sequences": ["END"],
    "stream": True,
    "metadata": {"user_id": "u1"},
    "top_k": 5,
}
BODIES: dict[Dialect, dict[str, Any]] = {"chat": CHAT, "responses": RESPONSES, "messages": MESSAGES}
