// The clients under test, each asked the same things in its own words. They are used as their documentation says and are not patched: only the base
// URL and the key are given, and patience (retries, a timeout) where a case is about it.
//
// A driver is a function (server, patience) → operations. An operation takes ({ model, prompt }, hooks) and gives a plain answer:
//
//   ask, stream, helper    { text, finish, usage: [in, out], id }   plain; a raw stream; the library's own way of putting a stream together
//   tools, toolsStream     { call: { name, args }, text }           the model calls a tool, gets its result, and answers
//   json, jsonStream       { value }                                structured output
//   image, several         { text, … }, { texts, … }                a picture in the prompt; two answers with log-probabilities, plain and streamed
//   embed, list, retrieve, count                                    what their names say
//
// hooks.signal aborts; hooks.piece(text) takes each piece of a stream and is true where the consumer has had enough and walks away.
import Anthropic from '@anthropic-ai/sdk';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { GoogleGenAI } from '@google/genai';
import { ToolMessage } from '@langchain/core/messages';
import { tool as langchainTool } from '@langchain/core/tools';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { embed, generateObject, generateText, stepCountIs, streamObject, streamText, tool as aiTool } from 'ai';
import OpenAI from 'openai';
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { PNG } from './upstream.mjs';

const Place = z.object({ city: z.string() });
const Report = z.object({ city: z.string(), degrees: z.number() });
const WEATHER = 'The weather in a city';
const DEGREES = '21';
const placeSchema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false };

/** One word for what each dialect calls the same: the model said all it wanted. */
const finished = word => ({ end_turn: 'stop', completed: 'stop', STOP: 'stop' })[word] ?? word ?? null;
const answer = (text, finish, input, output, id) => ({ text, finish: finished(finish), usage: [input, output], ...(id === undefined ? {} : { id: Boolean(id) }) });
/**
 * What a driver reads from an answer that the client handed over as whole. A fault in here is none that the client reported: half an answer passed for
 * a whole one.
 */
function read(take) {
  try {
    return take();
  } catch (error) {
    throw Object.assign(new Error(`the client gave half an answer for a whole one: ${error.message}`), { half: true });
  }
}

const pngUrl = `data:image/png;base64,${PNG}`;
const user = prompt => [{ role: 'user', content: prompt }];

// ---- openai ----------------------------------------------------------------------------------------------------------------------------------

const openai = ({ url, key }, { timeout, maxRetries }) => new OpenAI({ baseURL: `${url}/v1`, apiKey: key, timeout, maxRetries });

function openaiChat(server, patience) {
  const api = openai(server, patience).chat.completions;
  const request = ({ model, prompt }) => ({ model, messages: user(prompt) });
  const tools = [{ type: 'function', function: { name: 'weather', description: WEATHER, parameters: placeSchema, strict: true } }];
  const format = zodResponseFormat(Report, 'report');
  const withUsage = { stream: true, stream_options: { include_usage: true } };
  const said = done => read(() => answer(done.choices[0].message.content, done.choices[0].finish_reason, done.usage.prompt_tokens, done.usage.completion_tokens, done._request_id));

  async function goOn(question, first) {
    const { message, call, args } = read(() => {
      const { message } = first.choices[0];
      return { message, call: message.tool_calls[0], args: JSON.parse(message.tool_calls[0].function.arguments) };
    });
    const done = await api.create({ ...request(question), tools, messages: [...user(question.prompt), message, { role: 'tool', tool_call_id: call.id, content: DEGREES }] });
    return { call: { name: call.function.name, args }, text: done.choices[0].message.content };
  }

  const severally = choices => read(() => ({ texts: choices.map(one => one.message.content), tokens: choices.map(one => one.logprobs.content.map(part => part.token)) }));

  return {
    ask: async (question, { signal }) => said(await api.create(request(question), { signal })),
    async stream(question, { signal, piece }) {
      let [text, finish, usage] = ['', null, null];
      for await (const chunk of await api.create({ ...request(question), ...withUsage }, { signal })) {
        const delta = chunk.choices[0]?.delta?.content;
        text += delta ?? '';
        finish = chunk.choices[0]?.finish_reason ?? finish;
        usage = chunk.usage ?? usage;
        if (delta && piece(delta)) {
          break;
        }
      }

      return answer(text, finish, usage?.prompt_tokens, usage?.completion_tokens);
    },
    async helper(question, { signal, piece }) {
      const stream = api.stream({ ...request(question), ...withUsage }, { signal });
      stream.on('content', piece);
      return said(await stream.finalChatCompletion());
    },
    tools: async question => goOn(question, await api.create({ ...request(question), tools })),
    toolsStream: async question => goOn(question, await api.stream({ ...request(question), tools }).finalChatCompletion()),
    json: async question => ({ value: (await api.parse({ ...request(question), response_format: format })).choices[0]?.message.parsed }),
    jsonStream: async question => ({ value: (await api.stream({ ...request(question), response_format: format }).finalChatCompletion()).choices[0]?.message.parsed }),
    image: async ({ model, prompt }) =>
      said(await api.create({ model, messages: [{ role: 'user', content: [{ type: 'text', text: prompt }, { type: 'image_url', image_url: { url: pngUrl } }] }] })),
    several: async question => severally((await api.create({ ...request(question), n: 2, logprobs: true })).choices),
    severalStream: async question => severally((await api.stream({ ...request(question), n: 2, logprobs: true }).finalChatCompletion()).choices),
  };
}

function openaiCompletions(server, patience) {
  const api = openai(server, patience).completions;
  return {
    async ask({ model, prompt }, { signal }) {
      const done = await api.create({ model, prompt }, { signal });
      return read(() => answer(done.choices[0].text, done.choices[0].finish_reason, done.usage.prompt_tokens, done.usage.completion_tokens, done._request_id));
    },
    async stream({ model, prompt }, { signal, piece }) {
      let [text, finish, usage] = ['', null, null];
      for await (const chunk of await api.create({ model, prompt, stream: true, stream_options: { include_usage: true } }, { signal })) {
        const delta = chunk.choices[0]?.text;
        text += delta ?? '';
        finish = chunk.choices[0]?.finish_reason ?? finish;
        usage = chunk.usage ?? usage;
        if (delta && piece(delta)) {
          break;
        }
      }

      return answer(text, finish, usage?.prompt_tokens, usage?.completion_tokens);
    },
  };
}

function openaiResponses(server, patience) {
  const api = openai(server, patience).responses;
  const request = ({ model, prompt }) => ({ model, input: user(prompt) });
  const tools = [{ type: 'function', name: 'weather', description: WEATHER, parameters: placeSchema, strict: true }];
  const format = { format: zodTextFormat(Report, 'report') };
  const said = done => read(() => answer(done.output_text, done.status, done.usage.input_tokens, done.usage.output_tokens, done._request_id));

  async function goOn(question, response) {
    const { call_id, name, arguments: args, parsed } = read(() => {
      const call = response.output.find(item => item.type === 'function_call');
      return { ...call, parsed: JSON.parse(call.arguments) };
    });
    const done = await api.create({
      ...request(question), tools,
      input: [...user(question.prompt), { type: 'function_call', call_id, name, arguments: args }, { type: 'function_call_output', call_id, output: DEGREES }],
    });
    return { call: { name, args: parsed }, text: done.output_text };
  }

  return {
    ask: async (question, { signal }) => said(await api.create(request(question), { signal })),
    async stream(question, { signal, piece }) {
      let [text, last] = ['', null];
      for await (const event of await api.create({ ...request(question), stream: true }, { signal })) {
        last = event.type === 'response.completed' ? event.response : last;
        text += event.type === 'response.output_text.delta' ? event.delta : '';
        if (event.type === 'response.output_text.delta' && piece(event.delta)) {
          break;
        }
      }

      return answer(text, last?.status, last?.usage.input_tokens, last?.usage.output_tokens);
    },
    async helper(question, { signal, piece }) {
      const stream = api.stream({ ...request(question) }, { signal });
      stream.on('response.output_text.delta', event => piece(event.delta));
      return said(await stream.finalResponse());
    },
    tools: async question => goOn(question, await api.create({ ...request(question), tools })),
    toolsStream: async question => goOn(question, await api.stream({ ...request(question), tools }).finalResponse()),
    json: async question => ({ value: (await api.parse({ ...request(question), text: format })).output_parsed }),
    jsonStream: async question => ({ value: (await api.stream({ ...request(question), text: format }).finalResponse()).output_parsed }),
    image: async ({ model, prompt }) =>
      said(await api.create({ model, input: [{ role: 'user', content: [{ type: 'input_text', text: prompt }, { type: 'input_image', image_url: pngUrl, detail: 'low' }] }] })),
  };
}

function openaiEmbeddings(server, patience) {
  const api = openai(server, patience).embeddings;
  return {
    async embed({ model, prompt }, { signal }) {
      const done = await api.create({ model, input: [prompt, 'another'] }, { signal });
      return read(() => ({ vectors: done.data.map(one => one.embedding), tokens: done.usage.prompt_tokens }));
    },
  };
}

function openaiModels(server, patience) {
  const api = openai(server, patience).models;
  return {
    list: async () => ({ models: (await api.list()).data }),
    retrieve: ({ model }) => api.retrieve(model),
  };
}

// ---- @anthropic-ai/sdk -----------------------------------------------------------------------------------------------------------------------

function anthropic({ url, key }, { timeout, maxRetries }) {
  const client = new Anthropic({ baseURL: url, apiKey: key, timeout, maxRetries });
  const api = client.messages;
  const request = ({ model, prompt }) => ({ model, max_tokens: 64, messages: user(prompt) });
  const tools = [{ name: 'weather', description: WEATHER, input_schema: placeSchema }];
  const format = { output_config: { format: zodOutputFormat(Report) } };
  const textOf = message => message.content.map(part => part.text ?? '').join('');
  const said = done => read(() => answer(textOf(done), done.stop_reason, done.usage.input_tokens, done.usage.output_tokens, done._request_id));

  async function goOn(question, message) {
    const call = read(() => {
      const { id, name, input } = message.content.find(part => part.type === 'tool_use');
      return { id, name, input };
    });
    const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: DEGREES }] };
    const done = await api.create({ ...request(question), tools, messages: [...user(question.prompt), { role: 'assistant', content: message.content }, result] });
    return { call: { name: call.name, args: call.input }, text: textOf(done) };
  }

  return {
    ask: async (question, { signal }) => said(await api.create(request(question), { signal })),
    async stream(question, { signal, piece }) {
      let [text, finish, input, output] = ['', null];
      for await (const event of await api.create({ ...request(question), stream: true }, { signal })) {
        input = event.message?.usage.input_tokens ?? input;
        output = event.usage?.output_tokens ?? output;
        finish = event.delta?.stop_reason ?? finish;
        text += event.delta?.text ?? '';
        if (event.delta?.text && piece(event.delta.text)) {
          break;
        }
      }

      return answer(text, finish, input, output);
    },
    async helper(question, { signal, piece }) {
      const stream = api.stream(request(question), { signal });
      stream.on('text', piece);
      return said(await stream.finalMessage());
    },
    tools: async question => goOn(question, await api.create({ ...request(question), tools })),
    toolsStream: async question => goOn(question, await api.stream({ ...request(question), tools }).finalMessage()),
    json: async question => ({ value: (await api.parse({ ...request(question), ...format })).parsed_output }),
    jsonStream: async question => ({ value: (await api.stream({ ...request(question), ...format }).finalMessage()).parsed_output }),
    image: async ({ model, prompt }) => said(await api.create({
      model, max_tokens: 64,
      messages: [{ role: 'user', content: [{ type: 'text', text: prompt }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } }] }],
    })),
    count: async ({ model, prompt }) => ({ tokens: (await api.countTokens({ model, messages: user(prompt) })).input_tokens }),
    list: async () => ({ models: (await client.models.list()).data }),
    retrieve: ({ model }) => client.models.retrieve(model),
  };
}

// ---- ai with @ai-sdk/openai-compatible -------------------------------------------------------------------------------------------------------

/** This library takes a signal for both; not AbortSignal.any, which Node 20 may collect with its timer before it fires. */
const timely = (signal, timeout) => timeout ? AbortSignal.timeout(timeout) : signal;

function ai(kind, { url, key }, { timeout, maxRetries }) {
  const provider = createOpenAICompatible({ name: 'gateway', baseURL: `${url}/v1`, apiKey: key, includeUsage: true, supportsStructuredOutputs: true });
  const request = ({ model, prompt }, signal) => ({ model: provider[kind](model), prompt, maxRetries, abortSignal: timely(signal, timeout) });
  const weather = () => ({ weather: aiTool({ description: WEATHER, inputSchema: Place, execute: async () => DEGREES }) });
  const said = (text, finish, usage) => answer(text, finish, usage.inputTokens, usage.outputTokens);
  const called = (steps, text) => read(() => ({ call: { name: steps[0].toolCalls[0].toolName, args: steps[0].toolCalls[0].input }, text }));

  /** This library ends a broken stream's iteration in peace and tells of the error elsewhere: whoever asks is told. */
  function streamed(start, request) {
    let fault;
    const result = start({ ...request, onError: ({ error }) => { fault ??= error; } });
    return { result, check: () => { if (fault) throw fault; } };
  }

  const plain = {
    async ask(question, { signal }) {
      const done = await generateText(request(question, signal));
      return said(done.text, done.finishReason, done.usage);
    },
    async stream(question, { signal, piece }) {
      const { result, check } = streamed(streamText, request(question, signal));
      let text = '';
      for await (const delta of result.textStream) {
        text += delta;
        if (piece(delta)) {
          break;
        }
      }

      check();
      return said(text, await result.finishReason, await result.usage);
    },
  };

  return kind === 'completionModel' ? plain : {
    ...plain,
    async tools(question) {
      const done = await generateText({ ...request(question), tools: weather(), stopWhen: stepCountIs(2) });
      return called(done.steps, done.text);
    },
    async toolsStream(question) {
      const { result, check } = streamed(streamText, { ...request(question), tools: weather(), stopWhen: stepCountIs(2) });
      await result.consumeStream();
      check();
      return called(await result.steps, await result.text);
    },
    async image(question) {
      const { prompt, ...rest } = request(question);
      const done = await generateText({ ...rest, messages: [{ role: 'user', content: [{ type: 'text', text: prompt }, { type: 'image', image: PNG, mediaType: 'image/png' }] }] });
      return said(done.text, done.finishReason, done.usage);
    },
    json: async question => ({ value: (await generateObject({ ...request(question), schema: Report })).object }),
    async jsonStream(question) {
      const { result, check } = streamed(streamObject, { ...request(question), schema: Report });
      for await (const part of result.partialObjectStream) {
        void part;
      }

      check();
      return { value: await result.object };
    },
  };
}

function aiEmbedding({ url, key }, { timeout, maxRetries }) {
  const provider = createOpenAICompatible({ name: 'gateway', baseURL: `${url}/v1`, apiKey: key });
  return {
    async embed({ model, prompt }, { signal }) {
      const done = await embed({ model: provider.embeddingModel(model), value: prompt, maxRetries, abortSignal: timely(signal, timeout) });
      return { vectors: [done.embedding], tokens: done.usage.tokens };
    },
  };
}

// ---- @langchain/openai -----------------------------------------------------------------------------------------------------------------------

function langchain(useResponsesApi, { url, key }, { timeout, maxRetries }) {
  const chat = ({ model }) => new ChatOpenAI({ model, apiKey: key, timeout, maxRetries, useResponsesApi, configuration: { baseURL: `${url}/v1` } });
  const weather = langchainTool(async () => DEGREES, { name: 'weather', description: WEATHER, schema: Place });
  const said = done => read(() => answer(done.text, done.response_metadata.finish_reason ?? done.response_metadata.status, done.usage_metadata?.input_tokens, done.usage_metadata?.output_tokens));

  async function goOn(question, bound, message) {
    const call = read(() => ({ id: message.tool_calls[0].id, name: message.tool_calls[0].name, args: message.tool_calls[0].args }));
    const done = await bound.invoke([...user(question.prompt), message, new ToolMessage({ content: await weather.invoke(call.args), tool_call_id: call.id })]);
    return { call: { name: call.name, args: call.args }, text: done.text };
  }

  async function gather(stream, piece = () => false) {
    let whole;
    for await (const chunk of stream) {
      whole = whole ? whole.concat(chunk) : chunk;
      if (chunk.text && piece(chunk.text)) {
        break;
      }
    }

    return whole;
  }

  return {
    ask: async (question, { signal }) => said(await chat(question).invoke(question.prompt, { signal })),
    stream: async (question, { signal, piece }) => said(await gather(await chat(question).stream(question.prompt, { signal }), piece)),
    async tools(question) {
      const bound = chat(question).bindTools([weather]);
      return goOn(question, bound, await bound.invoke(question.prompt));
    },
    async toolsStream(question) {
      const bound = chat(question).bindTools([weather]);
      return goOn(question, bound, await gather(await bound.stream(question.prompt)));
    },
    image: async question =>
      said(await chat(question).invoke([{ role: 'user', content: [{ type: 'text', text: question.prompt }, { type: 'image_url', image_url: { url: pngUrl } }] }])),
    json: async question => ({ value: await chat(question).withStructuredOutput(Report, { method: 'jsonSchema' }).invoke(question.prompt) }),
  };
}

function langchainEmbeddings({ url, key }, { timeout, maxRetries }) {
  return {
    embed: async ({ model, prompt }) =>
      ({ vectors: [await new OpenAIEmbeddings({ model, apiKey: key, timeout, maxRetries, configuration: { baseURL: `${url}/v1` } }).embedQuery(prompt)] }),
  };
}

// ---- google ----------------------------------------------------------------------------------------------------------------------------------

function gemini({ url, key }, { timeout, maxRetries }) {
  const retryOptions = maxRetries ? { attempts: maxRetries + 1, initialDelay: 1, jitter: 0 } : undefined;
  const { models: api } = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url, timeout, retryOptions } });
  const request = ({ model, prompt }, config = {}) => ({ model, contents: [{ role: 'user', parts: [{ text: prompt }] }], config });
  const tools = [{ functionDeclarations: [{ name: 'weather', description: WEATHER, parametersJsonSchema: placeSchema }] }];
  const format = { responseMimeType: 'application/json', responseJsonSchema: { type: 'object', properties: { city: { type: 'string' }, degrees: { type: 'number' } }, required: ['city', 'degrees'] } };
  const said = done => read(() => answer(done.text, done.candidates[0].finishReason, done.usageMetadata.promptTokenCount, done.usageMetadata.candidatesTokenCount));
  const textOf = parts => parts.map(part => part.text ?? '').join('');

  async function together(question, config, piece = () => false) {
    let [parts, finish, usage] = [[], null, undefined];
    for await (const chunk of await api.generateContentStream(request(question, config))) {
      const [candidate] = chunk.candidates;
      parts.push(...candidate.content.parts);
      finish = candidate.finishReason ?? finish;
      usage = chunk.usageMetadata ?? usage;
      if (chunk.text && piece(chunk.text)) {
        break;
      }
    }

    return { parts, finish, usage };
  }

  async function goOn(question, parts) {
    const call = read(() => parts.find(part => part.functionCall).functionCall);
    const result = { role: 'user', parts: [{ functionResponse: { name: call.name, response: { degrees: DEGREES } } }] };
    const done = await api.generateContent({ ...request(question, { tools }), contents: [...request(question).contents, { role: 'model', parts: [{ functionCall: call }] }, result] });
    return { call: { name: call.name, args: call.args }, text: done.text };
  }

  /** A stream that ends without a reason is one that nobody finished: the client leaves that to its caller. */
  const finishedOne = done => { if (!done.finish) { throw new Error('the stream ended without a finish reason'); } return done; };

  return {
    ask: async (question, { signal }) => said(await api.generateContent(request(question, { abortSignal: signal }))),
    async stream(question, { signal, piece }) {
      const { parts, finish, usage } = await together(question, { abortSignal: signal }, piece);
      return answer(textOf(parts), finish, usage?.promptTokenCount, usage?.candidatesTokenCount);
    },
    tools: async question => goOn(question, (await api.generateContent(request(question, { tools }))).candidates[0].content.parts),
    toolsStream: async question => goOn(question, finishedOne(await together(question, { tools })).parts),
    json: async question => ({ value: JSON.parse((await api.generateContent(request(question, format))).text) }),
    jsonStream: async question => ({ value: JSON.parse(textOf(finishedOne(await together(question, format)).parts)) }),
    image: async ({ model, prompt }) => said(await api.generateContent({ model, contents: [{ role: 'user', parts: [{ text: prompt }, { inlineData: { mimeType: 'image/png', data: PNG } }] }] })),
  };
}

/** Name → driver. */
export const clients = {
  'openai/chat': openaiChat,
  'openai/completions': openaiCompletions,
  'openai/responses': openaiResponses,
  'openai/embeddings': openaiEmbeddings,
  'openai/models': openaiModels,
  'anthropic/messages': anthropic,
  'google/gemini': gemini,
  'ai/chat': (server, patience) => ai('chatModel', server, patience),
  'ai/completions': (server, patience) => ai('completionModel', server, patience),
  'ai/embeddings': aiEmbedding,
  'langchain/chat': (server, patience) => langchain(false, server, patience),
  'langchain/responses': (server, patience) => langchain(true, server, patience),
  'langchain/embeddings': langchainEmbeddings,
};

/** An error in words that all clients share: what kind it is, and what the server said where it did. */
export function told(thrown) {
  const error = thrown?.lastError ?? thrown;   // `ai` wraps what its last try met
  const names = [error?.name, error?.constructor?.name].join(' ');
  const body = error?.data?.error ?? error?.error?.error ?? error?.error;
  return {
    kind: error?.half ? 'half' : error?.status ?? error?.statusCode ? 'status' : /Timeout/.test(names) ? 'timeout' : /Abort/.test(names) ? 'abort' : 'other',
    name: error?.constructor?.name,
    status: error?.status ?? error?.statusCode,
    code: error?.code ?? body?.code,
    type: body?.type ?? error?.type,
    message: String(error?.message ?? error),
  };
}
