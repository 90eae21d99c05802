"""OpenAI's Python client and a gateway's embeddings: embeddings.py BASE_URL KEY AGENT."""

import sys

import openai

base, key, agent = sys.argv[1:]
client = openai.OpenAI(base_url=base, api_key=key, max_retries=0, timeout=60)
texts = ["The bank lends money.", "A lender gives out loans.", "We sat on the bank of the river."]
answer = client.embeddings.create(model=agent, input=texts)
bank, loans, river = (item.embedding for item in answer.data)
assert len(bank) == 384 and answer.usage.prompt_tokens > 12, answer.usage
assert int(answer.model_extra["tributary"]["price"]) > 0


def near(a, b):
    return sum(x * y for x, y in zip(a, b))


assert near(bank, loans) > near(bank, river) + 0.1, (near(bank, loans), near(bank, river))
print("the embeddings are near where they should be")
