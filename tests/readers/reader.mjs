// A model server that answers with what it read: in JavaScript, as its servers read (JSON.parse: exact names, the last of two counts, values by their truth).
// node reader.mjs prints its address.
import { createServer } from 'node:http';

function texts(content, found) {
  if (typeof content === 'string') return [content];
  if (!Array.isArray(content)) return [];
  return content.flatMap(part => {
    if (part && typeof part === 'object' && !Array.isArray(part)) {
      if (part.type === 'image_url' || part.image_url) found.media = true;
      return typeof part.text === 'string' ? [part.text] : [];
    }

    return texts(part, found);
  });
}

function read(path, body) {
  let r;
  try {
    r = JSON.parse(body.toString('utf8').replace(/^\uFEFF/, ''));
  } catch {
    return null;
  }

  if (!r || typeof r !== 'object' || Array.isArray(r)) return null;
  const found = { media: false };
  const completions = path === '/v1/completions';
  const said = Array.isArray(r.messages) ? r.messages.flatMap(message => texts(message?.content, found)) : [];
  const prompts = completions && Array.isArray(r.prompt) && typeof r.prompt[0] !== 'number' ? Math.max(1, r.prompt.length) : 1;
  const number = value => (value === null || value === undefined || Number.isNaN(Number(value)) ? -1 : Number(value) < 0 ? Number.MAX_SAFE_INTEGER : Number(value));
  return {
    model: typeof r.model === 'string' ? r.model : null, texts: completions ? said.concat(texts(r.prompt, found)) : said, stream: Boolean(r.stream),
    logprobs: Boolean(r.logprobs) || (completions && r.logprobs === 0) || Boolean(r.top_logprobs) || Boolean(r.prompt_logprobs),
    answers: Math.max(1, number(r.n), number(r.best_of)) * prompts, most: Math.max(number(r.max_tokens), number(r.max_completion_tokens)),
    tools: Array.isArray(r.tools) && r.tools.length > 0, structured: Boolean(r.response_format) && r.response_format.type !== 'text' && Object.keys(r.response_format).length > 0, media: found.media,
  };
}

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', part => parts.push(part));
  request.on('end', () => {
    response.setHeader('Content-Type', 'application/json');
    if (request.method === 'GET') {
      response.end('{"data":[{"id":"m1"},{"id":"dear"}]}');
      return;
    }

    const reading = read(request.url.split('?')[0], Buffer.concat(parts));
    response.end(JSON.stringify({ id: JSON.stringify(reading ? [reading] : []), usage: { prompt_tokens: 1, completion_tokens: 1 } }));
  });
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
