// A model server that does what the name of the model says, in seven dialects: the other end of the conformance suite.
//
//   node upstream.mjs [PORT]     listens on loopback (0: any free port) and prints its address
//
// Everything it says is fixed, so that two runs can be compared byte for byte. A request that carries "#some-tag#" in its body is kept under that
// tag: GET /seen/TAG tells how often it came, when, what it was, with which credentials, and how each time ended.
import { createHash } from 'node:crypto';
import http from 'node:http';

export const PIECES = ['hello ', 'wörl', 'd 😀'];   // a stream's pieces: two and four bytes of UTF-8 among them, to be cut by odd writes
export const LONG = Array.from({ length: 3000 }, (_, i) => `piece ${i} of a long answer: ü, 語 and 😀. `);   // more than any buffer on the way holds
export const AFTER_TOOL = ['It is ', '21 degrees.'];
export const VALUE = { city: 'Bern', degrees: 21 };
export const CALL = { name: 'weather', args: { city: 'Bern' } };
export const USAGE = [3, 5];
export const VECTOR = [0.5, -0.25, 1];   // exact in 32 bits: clients that ask for base64 get the same numbers

/** A picture of one pixel, in base64. */
export const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=';

const SLOW_MS = 10_000;    // longer than any client here waits
const LINGER_MS = 7000;
const DRIP_MS = 50;
const CREATED = 1767225600;

// ---- The dialects: how each says a text, a tool call, an error -------------------------------------------------------------------------------

const event = (data, name) => `${name ? `event: ${name}\n` : ''}data: ${JSON.stringify(data)}\n\n`;
const DONE = 'data: [DONE]\n\n';
const openaiUsage = { prompt_tokens: USAGE[0], completion_tokens: USAGE[1], total_tokens: USAGE[0] + USAGE[1] };
const openaiError = (status, code, message) =>
  ({ error: { message, type: status === 429 ? 'requests' : status >= 500 ? 'server_error' : 'invalid_request_error', param: null, code } });

// Each dialect: whole(model, say) is a plain answer, frames(model, say, body) a stream's events, errorEvent an error among them, wantsCall(body) whether a tool was offered and not
// yet used, schema(body) the JSON schema that the answer shall follow. `say` is { pieces } or { pieces, call }: then the pieces are its arguments.
const chat = {
  path: '/v1/chat/completions',
  errorEvent: event(openaiError(500, 'overloaded', 'the model server is overloaded')),
  wantsCall: body => body.tools?.length > 0 && !body.messages.some(message => message.role === 'tool'),
  schema: body => body.response_format?.type === 'json_schema' ? body.response_format.json_schema.schema : undefined,
  error: openaiError,
  count: body => Array.from({ length: body.n ?? 1 }, (_, index) => index),
  logprobs: (body, pieces) => body.logprobs ? { content: pieces.map(token => ({ token, logprob: -0.25, bytes: [...Buffer.from(token)], top_logprobs: [] })), refusal: null } : null,
  whole: (model, say, body) => ({
    id: 'chatcmpl-1', object: 'chat.completion', created: CREATED, model,
    choices: chat.count(body).map(index => ({
      index, logprobs: chat.logprobs(body, say.pieces), finish_reason: say.call ? 'tool_calls' : 'stop',
      message: say.call
        ? { role: 'assistant', content: null, refusal: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: say.call, arguments: say.pieces.join('') } }] }
        : { role: 'assistant', content: say.pieces.join(''), refusal: null },
    })),
    usage: openaiUsage,
  }),
  frames(model, say, body) {
    const chunk = (delta, finish_reason = null) => chat.count(body).map(index => event({
      id: 'chatcmpl-1', object: 'chat.completion.chunk', created: CREATED, model,
      choices: [{ index, delta, logprobs: delta.content ? chat.logprobs(body, [delta.content]) : null, finish_reason }],
    })).join('');
    const first = say.call
      ? { role: 'assistant', content: null, tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: say.call, arguments: '' } }] }
      : { role: 'assistant', content: '' };
    const piece = text => chunk(say.call ? { tool_calls: [{ index: 0, function: { arguments: text } }] } : { content: text });
    const usage = event({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: CREATED, model, choices: [], usage: openaiUsage });
    return [chunk(first), ...say.pieces.map(piece), chunk({}, say.call ? 'tool_calls' : 'stop'), ...(body.stream_options?.include_usage ? [usage] : []), DONE];
  },
};

const completions = {
  path: '/v1/completions',
  errorEvent: event(openaiError(500, 'overloaded', 'the model server is overloaded')),
  wantsCall: () => false,
  schema: () => undefined,
  error: openaiError,
  whole: (model, say) => ({
    id: 'cmpl-1', object: 'text_completion', created: CREATED, model,
    choices: [{ index: 0, text: say.pieces.join(''), logprobs: null, finish_reason: 'stop' }], usage: openaiUsage,
  }),
  frames(model, say, body) {
    const chunk = (choices, more = {}) => event({ id: 'cmpl-1', object: 'text_completion', created: CREATED, model, choices, ...more });
    const choice = (text, finish_reason = null) => [{ index: 0, text, logprobs: null, finish_reason }];
    return [...say.pieces.map(text => chunk(choice(text))), chunk(choice('', 'stop')), ...(body.stream_options?.include_usage ? [chunk([], { usage: openaiUsage })] : []), DONE];
  },
};

const responses = {
  path: '/v1/responses',
  errorEvent: event({ type: 'error', code: 'overloaded', message: 'the model server is overloaded', param: null, sequence_number: 99 }, 'error'),
  wantsCall: body => body.tools?.length > 0 && !(Array.isArray(body.input) && body.input.some(item => item.type === 'function_call_output')),
  schema: body => body.text?.format?.type === 'json_schema' ? body.text.format.schema : undefined,
  error: openaiError,
  item: (say, status, text) => say.call
    ? { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: say.call, arguments: text, status }
    : { type: 'message', id: 'msg_1', role: 'assistant', status, content: status === 'completed' ? [{ type: 'output_text', text, annotations: [], logprobs: [] }] : [] },
  response: (model, status, output) => ({
    id: 'resp_1', object: 'response', created_at: CREATED, status, error: null, incomplete_details: null, instructions: null, max_output_tokens: null,
    model, output, parallel_tool_calls: true, previous_response_id: null, store: false, temperature: 1, text: { format: { type: 'text' } },
    tool_choice: 'auto', tools: [], top_p: 1, truncation: 'disabled', user: null, metadata: {},
    usage: status !== 'completed' ? null : {
      input_tokens: USAGE[0], input_tokens_details: { cached_tokens: 0 }, output_tokens: USAGE[1],
      output_tokens_details: { reasoning_tokens: 0 }, total_tokens: USAGE[0] + USAGE[1],
    },
  }),
  whole: (model, say) => responses.response(model, 'completed', [responses.item(say, 'completed', say.pieces.join(''))]),
  frames(model, say) {
    let number = 0;
    const step = (type, more) => event({ type, sequence_number: number++, ...more }, type);
    const text = say.pieces.join('');
    const place = { item_id: say.call ? 'fc_1' : 'msg_1', output_index: 0 };
    const part = { ...place, content_index: 0 };
    return [
      step('response.created', { response: responses.response(model, 'in_progress', []) }),
      step('response.output_item.added', { output_index: 0, item: responses.item(say, 'in_progress', '') }),
      ...(say.call
        ? [
          ...say.pieces.map(delta => step('response.function_call_arguments.delta', { ...place, delta })),
          step('response.function_call_arguments.done', { ...place, arguments: text, name: say.call }),
        ]
        : [
          step('response.content_part.added', { ...part, part: { type: 'output_text', text: '', annotations: [], logprobs: [] } }),
          ...say.pieces.map(delta => step('response.output_text.delta', { ...part, delta, logprobs: [] })),
          step('response.output_text.done', { ...part, text, logprobs: [] }),
          step('response.content_part.done', { ...part, part: { type: 'output_text', text, annotations: [], logprobs: [] } }),
        ]),
      step('response.output_item.done', { output_index: 0, item: responses.item(say, 'completed', text) }),
      step('response.completed', { response: responses.whole(model, say) }),
    ];
  },
};

const embeddings = {
  path: '/v1/embeddings',
  wantsCall: () => false,
  schema: () => undefined,
  error: openaiError,
  whole: (model, say, body) => ({
    object: 'list', model,
    data: [body.input].flat().map((_, index) => ({
      object: 'embedding', index,
      embedding: body.encoding_format === 'base64' ? Buffer.from(new Float32Array(VECTOR).buffer).toString('base64') : VECTOR,
    })),
    usage: { prompt_tokens: USAGE[0], total_tokens: USAGE[0] },
  }),
};

const anthropicTypes = { 401: 'authentication_error', 403: 'permission_error', 404: 'not_found_error', 429: 'rate_limit_error' };
const messages = {
  path: '/v1/messages',
  errorEvent: event({ type: 'error', error: { type: 'overloaded_error', message: 'the model server is overloaded' } }, 'error'),
  wantsCall: body => body.tools?.length > 0 && !body.messages.some(message => Array.isArray(message.content) && message.content.some(part => part.type === 'tool_result')),
  schema: body => (body.output_config?.format ?? body.output_format)?.schema,
  error: (status, code, message) =>
    ({ type: 'error', error: { type: anthropicTypes[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error'), message }, request_id: 'req_upstream' }),
  message: (model, content, stop_reason, output_tokens) => ({
    id: 'msg_1', type: 'message', role: 'assistant', model, content, stop_reason, stop_sequence: null, usage: { input_tokens: USAGE[0], output_tokens },
  }),
  whole: (model, say) => say.call
    ? messages.message(model, [{ type: 'tool_use', id: 'toolu_1', name: say.call, input: JSON.parse(say.pieces.join('')) }], 'tool_use', USAGE[1])
    : messages.message(model, [{ type: 'text', text: say.pieces.join('') }], 'end_turn', USAGE[1]),
  frames(model, say) {
    const step = (type, more) => event({ type, ...more }, type);
    return [
      step('message_start', { message: messages.message(model, [], null, 1) }),
      step('content_block_start', { index: 0, content_block: say.call ? { type: 'tool_use', id: 'toolu_1', name: say.call, input: {} } : { type: 'text', text: '' } }),
      step('ping'),
      ...say.pieces.map(text => step('content_block_delta', { index: 0, delta: say.call ? { type: 'input_json_delta', partial_json: text } : { type: 'text_delta', text } })),
      step('content_block_stop', { index: 0 }),
      step('message_delta', { delta: { stop_reason: say.call ? 'tool_use' : 'end_turn', stop_sequence: null }, usage: { output_tokens: USAGE[1] } }),
      step('message_stop'),
    ];
  },
};

const googleStatus = { 400: 'INVALID_ARGUMENT', 401: 'UNAUTHENTICATED', 403: 'PERMISSION_DENIED', 404: 'NOT_FOUND', 429: 'RESOURCE_EXHAUSTED' };
const gemini = {   // the model and whether it streams stand in the path
  path: /^\/v1beta\/models\/([^/:]+):(generateContent|streamGenerateContent)$/,
  errorEvent: event({ error: { code: 503, message: 'the model server is overloaded', status: 'UNAVAILABLE' } }),
  wantsCall: body => body.tools?.length > 0 && !body.contents.some(content => content.parts.some(part => part.functionResponse)),
  schema: body => body.generationConfig?.responseJsonSchema,
  error: (status, code, message) => ({ error: { code: status, message, status: googleStatus[status] ?? 'INTERNAL' } }),
  answer: (model, parts, finishReason) => ({
    candidates: [{ content: { parts, role: 'model' }, ...(finishReason ? { finishReason } : {}), index: 0 }],
    usageMetadata: { promptTokenCount: USAGE[0], candidatesTokenCount: finishReason ? USAGE[1] : 1, totalTokenCount: USAGE[0] + USAGE[1] }, modelVersion: model, responseId: 'r1',
  }),
  parts: say => say.call ? [{ functionCall: { name: say.call, args: JSON.parse(say.pieces.join('')) } }] : [{ text: say.pieces.join('') }],
  whole: (model, say) => gemini.answer(model, gemini.parts(say), 'STOP'),
  frames: (model, say) => [
    ...(say.call ? [gemini.parts(say)] : say.pieces.map(text => [{ text }])).map(parts => event(gemini.answer(model, parts))),
    event(gemini.answer(model, [{ text: '' }], 'STOP')),
  ],
};

const countTokens = { ...messages, path: '/v1/messages/count_tokens', whole: () => ({ input_tokens: USAGE[0] }), frames: undefined };
const dialects = Object.fromEntries([chat, completions, responses, embeddings, messages, countTokens].map(dialect => [dialect.path, dialect]));

/** What is answered: a tool call where a tool is on offer, JSON where a schema is asked for, a text otherwise. */
function sayFor({ dialect, body }) {
  if (dialect.wantsCall(body)) {
    return { call: CALL.name, pieces: ['{"city":', '"Be', 'rn"}'] };
  }

  if (dialect.schema(body)) {
    const text = JSON.stringify(VALUE);
    return { pieces: [text.slice(0, 9), text.slice(9)] };
  }

  return { pieces: body.tools?.length > 0 ? AFTER_TOOL : body.model.includes('long') ? LONG : PIECES };
}

// ---- The behaviours: what each model's name stands for ---------------------------------------------------------------------------------------

const answer = ask => ask.frames ? stream(ask, ask.frames) : json(ask, 200, ask.whole);
const refuse = (status, code) => ask => json(ask, status, ask.dialect.error(status, code, `the model server says ${status}`));
/** Refuses the first time that a tag is seen. Without a tag: always. */
const refuseOnce = headers => ask => ask.attempt === 1 ? json(ask, 429, ask.dialect.error(429, 'rate_limit_exceeded', 'the model server says 429'), headers) : answer(ask);

const behaviours = {
  ok: answer,
  tools: answer,
  image: ask => JSON.stringify(ask.body).includes(PNG) ? answer(ask) : refuse(400, 'image_missing')(ask),
  json: ask => ask.dialect.schema(ask.body) ? answer(ask) : refuse(400, 'schema_missing')(ask),
  odd: ask => ask.frames ? drip(ask, slices(odd(ask.frames), 13), 1) : answer(ask),
  long: answer,
  'no-done': ask => ask.frames ? stream(ask, ask.frames.filter(frame => frame !== DONE)) : answer(ask),
  'no-newline': ask => ask.frames ? stream(ask, [...ask.frames.slice(0, -1), ask.frames.at(-1).trimEnd()]) : answer(ask),   // closes right behind the last line
  lingers: ask => ask.frames ? stream(ask, ask.frames, () => later(ask, LINGER_MS, () => ask.res.end())) : answer(ask),
  e401: refuse(401, 'invalid_api_key'),
  e403: refuse(403, 'account_suspended'),
  e404: refuse(404, 'model_not_found'),
  e429: refuseOnce({ 'retry-after': '1' }),
  'e429-bare': refuseOnce({}),
  'e429-long': refuseOnce({ 'retry-after': '3600' }),
  e500: refuse(500, 'internal_error'),
  cut: ask => ask.frames ? stream(ask, half(ask.frames), () => later(ask, 50, () => cut(ask))) : halfJson(ask, true),
  'cut-inside': ask => {   // in the middle of an event's line
    const next = ask.frames?.[half(ask.frames).length];
    return next ? stream(ask, [...half(ask.frames), next.slice(0, next.length / 2)], () => later(ask, 50, () => cut(ask))) : halfJson(ask, true);
  },
  'cut-early': ask => stream(ask, [], () => later(ask, 50, () => cut(ask))),   // after the head, before any event
  'cut-long': ask => behaviours.cut(ask),
  'cut-clean': ask => ask.frames ? stream(ask, half(ask.frames)) : halfJson(ask, false),
  'half-finished': ask => {   // of several answers the first is whole, the others are not
    const last = ask.frames?.findIndex(frame => frame.includes('"finish_reason":"stop"')) ?? -1;
    return last < 0 ? behaviours['cut-clean'](ask) : stream(ask, [...ask.frames.slice(0, last), ask.frames[last].split('\n\n')[0] + '\n\n']);
  },
  'error-event': ask => ask.frames ? stream(ask, [...half(ask.frames), ask.dialect.errorEvent]) : refuse(500, 'overloaded')(ask),
  'error-done': ask => ask.frames ? stream(ask, [...half(ask.frames), ask.dialect.errorEvent, DONE]) : refuse(500, 'overloaded')(ask),
  reset: ask => cut(ask),
  verbatim: ask => {   // the bytes that the prompt holds, in the pieces that it says
    const { bytes, cuts } = JSON.parse(ask.body.messages[0].content);
    const all = Buffer.from(bytes, 'base64');
    const parts = [0, ...cuts].map((from, i) => all.subarray(from, cuts[i])).filter(part => part.length > 0);
    head(ask);
    ask.res.socket.setNoDelay(true);
    const next = () => parts.length > 0 ? (ask.res.write(parts.shift()), setTimeout(next, 1)) : ask.res.end();
    next();
  },
  slow: ask => later(ask, SLOW_MS, () => answer(ask)),
  drip: ask => {
    const begun = ask.frames && half(ask.frames);
    return begun ? drip(ask, [begun.join(''), ...Array(SLOW_MS / DRIP_MS).fill(begun.at(-1))], DRIP_MS) : behaviours.slow(ask);
  },
};

export const MODELS = Object.keys(behaviours).sort();

const usualHeaders = { 'x-request-id': 'req_upstream', 'request-id': 'req_upstream', 'x-ratelimit-remaining-requests': '41', 'openai-processing-ms': '5' };
const half = frames => frames.slice(0, Math.floor(frames.length / 2));   // some of the text, never the reason why it ended
const slices = (text, size) => {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
};
/** The same events in every liberty that the standard allows: comments, CRLF, unknown fields, no space behind the colon. */
const odd = frames => ': hello\n\n' + frames.map((frame, i) => ['', ': still there\n', 'x-unknown: 1\n', 'id: 7\n'][i % 4] + (i % 2 ? frame : frame.replaceAll('\n', '\r\n').replace('data: {', 'data:{"x_unknown":[null],'))).join('');

function json(ask, status, value, headers = {}) {
  const body = Buffer.from(JSON.stringify(value));
  ask.res.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length, ...usualHeaders, ...headers });
  ask.res.end(body);
}

function halfJson(ask, broken) {
  const body = Buffer.from(JSON.stringify(ask.whole));
  ask.res.writeHead(200, { 'content-type': 'application/json', ...usualHeaders, ...(broken ? { 'content-length': body.length } : {}) });
  ask.res.write(body.subarray(0, body.length / 2));
  later(ask, 50, () => broken ? cut(ask) : ask.res.end());
}

function head(ask) {
  ask.res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...usualHeaders });
  ask.res.flushHeaders();
}

function stream(ask, frames, then = () => ask.res.end()) {
  head(ask);
  frames.forEach(frame => ask.res.write(frame));
  then();
}

function drip(ask, parts, ms) {
  head(ask);
  const next = () => parts.length > 0 ? (ask.res.write(parts.shift()), later(ask, ms, next)) : ask.res.end();
  next();
}

function cut(ask) {
  ask.seen.end = 'cut';
  ask.res.destroy();
}

function later(ask, ms, act) {
  const stop = () => clearTimeout(timer);
  const timer = setTimeout(() => {
    ask.res.off('close', stop);
    act();
  }, ms);
  ask.res.once('close', stop);
}

// ---- The server ------------------------------------------------------------------------------------------------------------------------------

const seen = new Map();

/** Keeps that a request came, and in the end how it went: whole, cut (by this server) or gone (the other side left). */
function keep(req, res, text) {
  const tag = /#([\w./-]+)#/.exec(text)?.[1];
  const what = createHash('sha256').update(tag ? text.replaceAll(tag, '') : text);
  what.update(JSON.stringify(['content-type', 'accept', 'user-agent', 'anthropic-version', 'anthropic-beta', 'openai-beta'].map(name => req.headers[name])));
  const entry = { at: Date.now(), what: what.digest('hex').slice(0, 16), end: 'open', authorization: req.headers.authorization, apiKey: req.headers['x-api-key'] ?? req.headers['x-goog-api-key'] };
  res.once('finish', () => { entry.end = 'whole'; });
  res.once('close', () => { entry.end = entry.end === 'open' ? 'gone' : entry.end; });
  const all = seen.get(tag ?? '') ?? [];
  all.push(entry);
  seen.set(tag ?? '', all);
  return { seen: entry, attempt: tag ? all.length : 1 };
}

function models(req, res) {
  const anthropic = 'anthropic-version' in req.headers;
  const one = id => anthropic
    ? { id, type: 'model', display_name: id, created_at: new Date(CREATED * 1000).toISOString().replace('.000', '') }
    : { id, object: 'model', created: CREATED, owned_by: 'suite' };
  const id = decodeURIComponent(req.url.slice('/v1/models/'.length));
  if (id && !MODELS.includes(id)) {
    return json({ res }, 404, (anthropic ? messages : chat).error(404, 'model_not_found', `no model '${id}'`));
  }

  const data = MODELS.map(one);
  json({ res }, 200, id ? one(id) : anthropic ? { data, has_more: false, first_id: MODELS[0], last_id: MODELS.at(-1) } : { object: 'list', data });
}

function serve(req, res, text) {
  const path = req.url.split('?')[0];
  if (path.startsWith('/seen')) {
    return json({ res }, 200, path === '/seen' ? [...seen.values()].flat() : seen.get(decodeURIComponent(path.slice('/seen/'.length))) ?? []);
  }

  if (req.method === 'GET' && path.startsWith('/v1/models')) {
    return models(req, res);
  }

  const google = gemini.path.exec(path);
  const dialect = google ? gemini : dialects[path];
  if (!dialect || req.method !== 'POST') {
    return json({ res }, 404, openaiError(404, 'unknown_url', `no ${req.method} ${path} here`));
  }

  let body;
  try {
    body = JSON.parse(text);
  } catch {
    return json({ res }, 400, dialect.error(400, 'bad_json', 'not JSON'));
  }

  if (google) {
    Object.assign(body, { model: google[1], stream: google[2] !== 'generateContent' });
  }

  const ask = { req, res, dialect, body, ...keep(req, res, text) };
  const say = sayFor(ask);
  ask.whole = dialect.whole(body.model, say, body);
  ask.frames = body.stream && dialect.frames ? dialect.frames(body.model, say, body) : undefined;
  (behaviours[body.model] ?? refuse(404, 'model_not_found'))(ask);
}

/** Starts it. @returns {Promise<http.Server>} */
export function start(port = 0) {
  const server = http.createServer((req, res) => {
    const parts = [];
    res.socket.setNoDelay(true);   // what is written apart shall arrive apart
    req.on('data', part => parts.push(part));
    req.on('end', () => serve(req, res, Buffer.concat(parts).toString()));
  });
  return new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server)));
}

if (process.argv[1] === import.meta.filename) {
  const server = await start(Number(process.argv[2] ?? 0));
  console.log(`http://127.0.0.1:${server.address().port}`);
}
