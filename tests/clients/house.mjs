// The official clients, unchanged, against the house model's own server: answers, pieces, log-probabilities, errors. It is no scripted server: what is asked is that each client understands
// all of what comes, and that a stream says what a whole answer says.
//
//   HOUSE_URL=http://127.0.0.1:PORT node house.mjs
import OpenAI from 'openai';
import { generateText, streamText } from 'ai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { ChatOpenAI } from '@langchain/openai';
import assert from 'node:assert/strict';

const base = `${process.env.HOUSE_URL}/v1`;
const model = 'stillwatch-house';
const ask = [{ role: 'system', content: 'Answer briefly.' }, { role: 'user', content: 'What is 47 times 36?' }];
const words = { 0: -100, 1: -100, 2: -100, 3: -100, 4: -100, 5: -100, 6: -100 };   // a model that was hardly trained would end at once
const openai = new OpenAI({ baseURL: base, apiKey: 'none', maxRetries: 0 });
const compatible = createOpenAICompatible({ name: 'house', baseURL: base, apiKey: 'none' });

const cases = {
  'openai lists the model': async () => assert.deepEqual((await openai.models.list()).data.map(one => one.id), [model]),
  'openai: a stream says what a whole answer says': async () => {
    const options = { model, messages: ask, temperature: 0, max_tokens: 20, logit_bias: words };
    const whole = await openai.chat.completions.create(options);
    assert.equal(whole.choices[0].finish_reason, 'length');
    assert.equal(whole.usage.completion_tokens, 20);
    let text = '', usage;
    for await (const chunk of await openai.chat.completions.create({ ...options, stream: true, stream_options: { include_usage: true } })) {
      text += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage ?? usage;
    }
    assert.equal(text, whole.choices[0].message.content);
    assert.deepEqual(usage, whole.usage);
  },
  'openai: several answers, a seed, log-probabilities': async () => {
    const options = { model, messages: ask, n: 3, seed: 4, temperature: 1, max_tokens: 8, logit_bias: words, logprobs: true, top_logprobs: 2 };
    const [first, again] = [await openai.chat.completions.create(options), await openai.chat.completions.create(options)];
    assert.deepEqual(first.choices, again.choices);
    assert.equal(first.choices.length, 3);
    assert.equal(first.choices[0].logprobs.content.length, 8);
    assert.equal(Buffer.from(first.choices[0].logprobs.content.flatMap(token => token.bytes)).toString().replace(/^ /, ''), first.choices[0].message.content);
  },
  'openai: the stream helper puts a stream together': async () => {
    const stream = openai.chat.completions.stream({ model, messages: ask, temperature: 0, max_tokens: 12, logit_bias: words });
    const final = await stream.finalChatCompletion();
    assert.equal(final.choices[0].finish_reason, 'length');
  },
  'openai: completions': async () => {
    const whole = await openai.completions.create({ model, prompt: ['one', 'two'], max_tokens: 5, temperature: 0, logit_bias: words });
    assert.deepEqual(whole.choices.map(choice => choice.index), [0, 1]);
    assert.equal(whole.usage.completion_tokens, 10);
  },
  'openai: errors are typed': async () => {
    await assert.rejects(openai.chat.completions.create({ model: 'no-such-model', messages: ask }), error => error instanceof OpenAI.NotFoundError && error.code === 'model_not_found');
    await assert.rejects(openai.chat.completions.create({ model, messages: ask, temperature: 9 }), error => error instanceof OpenAI.BadRequestError && error.param === 'temperature');
  },
  'openai: a stream that is broken off breaks off': async () => {
    const stream = await openai.chat.completions.create({ model, messages: ask, max_tokens: 300, logit_bias: words, stream: true });
    for await (const _ of stream) { stream.controller.abort(); break; }
  },
  'ai sdk: whole and streamed': async () => {
    const options = { model: compatible(model), messages: ask, temperature: 0, maxOutputTokens: 16, allowSystemInMessages: true };
    const whole = await generateText(options);
    let text = '';
    for await (const part of streamText(options).textStream) text += part;
    assert.equal(text, whole.text);
    assert.ok(whole.usage.inputTokens > 0);
  },
  'langchain: whole and streamed': async () => {
    const chat = new ChatOpenAI({ model, apiKey: 'none', temperature: 0, maxTokens: 16, maxRetries: 0, configuration: { baseURL: base }, modelKwargs: { logit_bias: words } });
    const whole = await chat.invoke('What is 47 times 36?');
    let text = '';
    for await (const chunk of await chat.stream('What is 47 times 36?')) text += chunk.content;
    assert.equal(text, whole.content);
    assert.equal(whole.usage_metadata.output_tokens, 16);
  },
};

let [passed, failed] = [0, 0];
for (const [name, run] of Object.entries(cases)) {
  try {
    await run();
    console.log(`ok house, ${name}`);
    passed++;
  } catch (error) {
    console.log(`not ok house, ${name}: ${error?.stack ?? error}`);
    failed++;
  }
}

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
