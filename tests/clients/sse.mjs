// Odd and malformed streams (reference: the WHATWG's event streams): what the gateway passes on is what the model server sent, byte for byte, and what
// it has on record is what the official client's own decoder makes of those bytes. Drawn from a seed; one stream is cut at every byte.
//
//   node sse.mjs send FILE               sends all of them through the gateway and writes what the client made of each
//   node sse.mjs compare FILE RECORD     holds that against the record, a JSON object a line
import { readFileSync, writeFileSync } from 'node:fs';
import { Stream } from 'openai/core/streaming';

const BEHIND = ': behind the end\n\n';   // the gateway does not wait for what comes after the end: it may pass it on or not
const DRAWN = 1500, AT_ONCE = 32, WHOLE = 4096;
const WORDS = ['hello', ' wörld', ' 😀', ' 語', '\u0000', ' "quoted"', ' back\\slash', '\n\nline', '\t', ' data: [DONE]', ' \u2028', '', '\ud83d', ' x'.repeat(300)];

/** xorshift32: the same streams each time. */
function random(seed) {
  let state = seed;
  return most => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % most;
  };
}

function chunk(delta, finish_reason = null, more = {}) {
  return JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'verbatim', choices: [{ index: 0, delta, finish_reason }], ...more });
}

/** The lines of an event; its data may stand on several. */
function eventLines(data, draw) {
  const lines = [];
  if (draw(6) === 0) lines.push([': comment', ':', ': \u0000 nul', 'id: 7', 'retry: 10', 'x-unknown: 1', 'id'][draw(7)]);
  const cuts = draw(5) === 0 && data.startsWith('{') ? data.split('"choices":') : [data];
  lines.push(...(cuts.length === 2 ? [`data: ${cuts[0]}`, `data:"choices":${cuts[1]}`] : [`data:${draw(4) === 0 ? '' : ' '}${data}`]));
  return [...lines, ''];
}

function drawn(seed) {
  const draw = random(seed * 2654435761 + 1 | 1);
  const events = [...Array(draw(7)).fill().map(() => chunk({ content: WORDS[draw(WORDS.length)] })), chunk({}, 'stop')];
  if (draw(3) === 0) events.push(JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'verbatim', choices: [], usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 } }));
  events.push('[DONE]');
  const lines = events.flatMap(data => eventLines(data, draw));
  if (draw(8) === 0) lines.splice(-1, 1);                                        // the last blank line is missing
  const kind = draw(4);
  const ends = ['\n', '\r\n', '\r'];
  let text = draw(10) === 0 ? '\ufeff' : '';
  lines.forEach((line, i) => { text += line + (kind < 3 ? ends[kind] : ends[draw(3) && i < lines.length ? draw(2) : 0]); });
  if (draw(12) === 0) text += BEHIND;
  const bytes = Buffer.from(text);
  const cuts = [...new Set(Array(draw(6)).fill().map(() => draw(bytes.length)))].sort((a, b) => a - b);
  return { bytes, cuts };
}

/** A stream of four kilobytes with all that can be cut in it, once for each place to cut. */
function everywhere() {
  let text = ': begin\r\n\r\n', i = 0;
  while (Buffer.byteLength(text) < WHOLE - 400) {
    text += `data: ${chunk({ content: WORDS[i++ % 8] })}${i % 2 ? '\n\n' : '\r\n\r\n'}`;
  }

  text += `data: ${chunk({}, 'stop')}\n\ndata: [DONE]\n\n`;
  const bytes = Buffer.from(text);
  return Array.from({ length: bytes.length - 1 }, (_, at) => ({ bytes, cuts: [at + 1] }));
}

/** What the official client makes of the bytes; undefined where it gives up. */
async function decoded(bytes) {
  let text = '';
  try {
    for await (const part of Stream.fromSSEResponse(new Response(bytes), new AbortController())) {
      text += part.choices?.[0]?.delta?.content ?? '';
    }
  } catch {
    return undefined;
  }

  return text;
}

async function one({ bytes, cuts }) {
  const response = await fetch(`${process.env.GATEWAY_URL}/v1/chat/completions`, {
    method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${process.env.GATEWAY_KEY}` }, signal: AbortSignal.timeout(20_000),
    body: JSON.stringify({ model: 'verbatim', stream: true, messages: [{ role: 'user', content: JSON.stringify({ bytes: bytes.toString('base64'), cuts }) }] }),
  });
  const came = Buffer.from(await response.arrayBuffer());
  const same = came.equals(bytes) || bytes.toString().endsWith(BEHIND) && came.length >= bytes.length - BEHIND.length && came.equals(bytes.subarray(0, came.length));
  return { id: response.headers.get('x-request-id'), same, cuts, text: await decoded(bytes), sent: bytes.toString('base64') };
}

async function send(file) {
  const cases = [...Array(DRAWN).fill().map((_, seed) => drawn(seed + 1)), ...everywhere()];
  const results = [];
  let next = 0;
  await Promise.all(Array(AT_ONCE).fill().map(async () => {
    while (next < cases.length) {
      const at = next++;
      results[at] = await one(cases[at]).catch(fault => ({ fault: String(fault), sent: cases[at].bytes.toString('base64'), cuts: cases[at].cuts }));
    }
  }));
  writeFileSync(file, JSON.stringify(results));
}

function compare(file, record) {
  const rows = new Map(readFileSync(record, 'utf8').split('\n').filter(Boolean).map(JSON.parse).map(row => [row.id, row]));
  const sent = JSON.parse(readFileSync(file, 'utf8'));
  const wrong = [];
  for (const one of sent) {
    const row = rows.get(one.id);
    const body = typeof row?.response === 'string' ? JSON.parse(row.response) : row?.response;
    const text = body?.choices?.[0]?.message?.content ?? '';
    const why = one.fault ? `it failed: ${one.fault}`
      : !one.same ? 'other bytes came'
        : !row ? 'it is not on record'
          : one.text !== undefined && text !== one.text.toWellFormed() && text !== one.text ? `on record is ${JSON.stringify(text).slice(0, 200)}, the client has ${JSON.stringify(one.text).slice(0, 200)}`
            : undefined;
    if (why) wrong.push(`FAIL sse: ${why}; cut at ${one.cuts}; ${JSON.stringify(Buffer.from(one.sent, 'base64').toString()).slice(0, 700)}`);
  }

  wrong.slice(0, 8).forEach(line => console.log(line));
  const groups = 2;   // drawn, and cut everywhere
  console.log(`sse: ${sent.length} streams, ${sent.filter(one => one.text === undefined).length} of which the client gives up on, ${wrong.length} wrong`);
  console.log(`${wrong.length === 0 ? groups : 0} passed, ${wrong.length === 0 ? 0 : groups} failed`);
  return wrong.length === 0 ? 0 : 1;
}

const [verb, file, record] = process.argv.slice(2);
process.exit(verb === 'send' ? (await send(file), 0) : compare(file, record));
