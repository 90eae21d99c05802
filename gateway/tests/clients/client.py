"""What a user of OpenAI's Python client sees of a gateway, as assertions.

client.py BASE_URL API_KEY AGENT: prints one line of JSON: the events it paid for.
"""

import json
import sys

import openai

base, key, agent = sys.argv[1:]
client = openai.OpenAI(base_url=base, api_key=key, max_retries=0, timeout=60)
events = []


def paid(answer):
    receipt = answer.model_extra["tributary"]
    assert int(receipt["price"]) > 0, receipt
    events.append(receipt["event"]["sequence"])
    return receipt


models = client.models.list().data
assert agent in [model.id for model in models], models
assert client.models.retrieve(agent).id == agent

answer = client.completions.create(model=agent, prompt="the river", max_tokens=12, seed=1)
assert answer.choices[0].text and answer.choices[0].finish_reason in ("stop", "length")
assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
paid(answer)

conversation = [{"role": "system", "content": "Tell of rivers."}, {"role": "user", "content": "the river"}]
ask = {"model": agent, "messages": conversation, "max_completion_tokens": 12, "seed": 1}
whole = client.chat.completions.create(**ask)
assert whole.choices[0].message.role == "assistant" and whole.choices[0].message.content
paid(whole)

# A stream says the same as the whole answer; counts and receipt come last.
text, last = "", None
for last in client.chat.completions.create(**ask, stream=True, stream_options={"include_usage": True}):
    text += "".join(choice.delta.content or "" for choice in last.choices)
assert text == whole.choices[0].message.content, (text, whole)
assert last.usage.completion_tokens == whole.usage.completion_tokens
paid(last)

# Without counts every chunk has a choice; the receipt is a comment nobody stumbles over.
chunks = list(client.completions.create(model=agent, prompt="the river", max_tokens=12, seed=1, stream=True))
assert "".join(chunk.choices[0].text for chunk in chunks) == answer.choices[0].text
assert chunks[-1].choices[0].finish_reason in ("stop", "length")

# A retry with the same key is the same answer and not paid again.
again = {"extra_headers": {"Idempotency-Key": "python"}}
first, second = (client.chat.completions.create(**ask, **again) for _ in range(2))
assert first == second
paid(second)
raw = client.chat.completions.with_raw_response.create(**ask, **again)
assert raw.headers["idempotent-replayed"] == "true" and int(raw.headers["tributary-price"]) > 0
stream = client.chat.completions.create(**{**ask, "stream": True, "extra_headers": {"Idempotency-Key": "s"}})
once = [chunk.model_dump() for chunk in stream]
stream = client.chat.completions.create(**{**ask, "stream": True, "extra_headers": {"Idempotency-Key": "s"}})
assert "".join(chunk.choices[0].delta.content or "" for chunk in stream) == text and once


def refused(kind, code, **request):
    try:
        client.chat.completions.create(**{**ask, **request})
    except kind as error:
        assert error.code == code, (error.code, error)
        assert error.body["message"], error.body
        return error
    raise AssertionError(f"{request} was not refused")


refused(openai.NotFoundError, "model_not_found", model="nobody")
assert refused(openai.BadRequestError, "bad_request", max_completion_tokens=100_000).param == "max_tokens"
refused(openai.BadRequestError, "unsupported", n=2)
refused(openai.BadRequestError, "unsupported", tools=[{"type": "function", "function": {"name": "f"}}])
client = client.with_options(api_key="trb_nothing")
refused(openai.AuthenticationError, "invalid_api_key")
print(json.dumps(events))
