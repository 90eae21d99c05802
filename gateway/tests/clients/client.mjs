// What a user of OpenAI's Node client sees of a gateway, as assertions.
// client.mjs HOME BASE_URL API_KEY AGENT; HOME holds node_modules.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [home, baseURL, apiKey, agent] = process.argv.slice(2);
const entry = createRequire(`${home}/`).resolve("openai");
const { default: OpenAI } = await import(pathToFileURL(entry));
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0, timeout: 60_000 });

const models = await client.models.list();
assert.ok(models.data.some((model) => model.id === agent));

const text = { model: agent, prompt: "the river", max_tokens: 12, seed: 7 };
const completion = await client.completions.create(text);
assert.ok(completion.choices[0].text);
assert.ok(BigInt(completion.tributary.price) > 0n);

const messages = [{ role: "user", content: [{ type: "text", text: "the river" }] }];
const ask = { model: agent, messages, max_completion_tokens: 12, seed: 7 };
const whole = await client.chat.completions.create(ask);
let said = "";
let last;
for await (const chunk of await client.chat.completions.create({
  ...ask,
  stream: true,
  stream_options: { include_usage: true },
})) {
  said += chunk.choices[0]?.delta?.content ?? "";
  last = chunk;
}
assert.equal(said, whole.choices[0].message.content);
assert.equal(last.usage.completion_tokens, whole.usage.completion_tokens);
assert.ok(BigInt(last.tributary.price) > 0n);

// The client's own helper that puts a stream together.
const final = await client.chat.completions.stream({ ...ask, stream: true }).finalChatCompletion();
assert.equal(final.choices[0].message.content, said);

await assert.rejects(client.chat.completions.create({ ...ask, model: "nobody" }), (error) => {
  assert.ok(error instanceof OpenAI.NotFoundError);
  assert.equal(error.code, "model_not_found");
  assert.equal(error.param, "model");
  return true;
});
await assert.rejects(client.withOptions({ apiKey: "trb_nothing" }).chat.completions.create(ask), OpenAI.AuthenticationError);
console.log("the Node client is content");
