import { createHmac } from 'node:crypto';
import { FACE_ROUTE_NAMES, FACE_ROUTES } from '../../../core/contract/faceRoutes.ts';
import { SAMPLE_NAMES, sample } from '../../adapters/xml/sampleFiles.ts';
import { brokenHashOf } from '../../compat/signHeaders.ts';
import { alterJson } from '../alterJson.ts';
import { alterOctets, alterText } from '../alterText.ts';
import { type Input, latin1, octets, pick, type Random, type Target } from '../input.ts';
import { judgeRequest } from '../outside/judgeRequest.ts';
import { type Place, RECIPIENT, SENDER } from '../outside/place.ts';
import { filled } from '../outside/send.ts';
import { REQUEST_MS } from './api.ts';
import { alterDocument } from './documents.ts';

/** What some operation reads from the signed text or the query. */
const PARAMETERS = {
  docId: '{{deliveryId}}',
  docid: '{{deliveryId}}',
  status: 'done',
  messagetype: 'edoc',
  messageType: 'edoc',
  servicetype: 'eDoc',
  from: 'X91.04',
  fromDate: '2026/01/01',
  toDate: '31-12-2026 23:59:59',
  startdate: '2026-01-01',
  AgencyCode: 'X91.04.777',
  pcode: 'X91.04',
} as const;
const BOUNDARY = 'ranh-gioi';

/** Calls of the faces for systems of today: signed texts, keys in headers, forms, files and parameters, all of them altered. */
export function faceTarget(place: Place): Target {
  return {
    name: 'faces',
    limitMs: REQUEST_MS,
    make: (random) => alterCall(pick(random, FACE_ROUTE_NAMES), random),
    judge: async (input) => judgeRequest(signed(input, place), place),
  };
}

/** A right call of the operation, with one or two things altered. */
function alterCall(route: (typeof FACE_ROUTE_NAMES)[number], random: Random): Input {
  let input = rightCall(route, random);
  for (let left = 1 + random(2); left > 0; left--) input = alterOnce(input, random);
  return input;
}

function rightCall(route: (typeof FACE_ROUTE_NAMES)[number], random: Random): Input {
  const { face, function: serving, method } = FACE_ROUTES[route];
  const system = random(3) === 0 ? SENDER : RECIPIENT;
  const secret = system === SENDER ? '{{senderSecret}}' : '{{recipientSecret}}';
  const parameters = Object.entries(PARAMETERS).filter(() => random(2) === 0);
  const isSend = serving === 'compatSend';
  const file = latin1(alterDocument(sample(pick(random, SAMPLE_NAMES)), random));
  if (face === 'lgsp') {
    const query = Object.fromEntries(parameters.map(([name, value]) => [`query.${name}`, value]));
    const keys = { 'header.x-systemid': system, 'header.x-secretkey': secret };
    if (isSend) return { route, ...query, ...keys, 'header.content-type': FORM, body: formOf(file) };
    return {
      route,
      ...query,
      ...keys,
      'header.content-type': 'application/json',
      body: '{"docId":"{{deliveryId}}","status":"done"}',
    };
  }
  const values = { systemid: system, timestamp: '27112026T080000+0001', ...Object.fromEntries(parameters) };
  const names = Object.entries(values).map(([name, value]) => [`XroadVnpt-${name}`, value] as const);
  const hash = isSend ? [['XroadVnpt-hash-file', '{{hash}}'] as const] : [];
  const text = JSON.stringify(Object.fromEntries([...names, ...hash]));
  const unit = '{"id":"1","pid":"0","code":"X91.04.778","name":"Phòng","pcode":"X91.04","mail":"a@b.vn"}';
  const body = isSend ? file : method === 'GET' ? '' : random(2) === 0 ? '{}' : latin1(Buffer.from(unit));
  const type = isSend ? 'application/octet-stream' : 'application/json';
  return { route, signed: latin1(Buffer.from(text)), secret, 'header.content-type': type, body };
}

const FORM = `multipart/form-data; boundary=${BOUNDARY}`;
const formOf = (file: string): string =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="edocFile"; filename="a.edxml"\r\n\r\n${file}\r\n--${BOUNDARY}--\r\n`;

function alterOnce(input: Input, random: Random): Input {
  const name = pick(
    random,
    Object.keys(input).filter((key) => key !== 'route'),
  );
  const text = input[name] ?? '';
  if (name === 'signed') return { ...input, signed: latin1(alterJson(octets(text).toString('utf8'), random)) };
  if (name === 'body' && text.startsWith('{'))
    return { ...input, body: latin1(alterJson(octets(text).toString('utf8'), random)) };
  if (name === 'body') return { ...input, body: latin1(alterOctets(octets(text), random)) };
  if (random(4) === 0) {
    const { [name]: _, ...others } = input;
    return others;
  }
  return { ...input, [name]: alterText(text, random) };
}

/** The call as it goes out: the signed text in its header, signed over its octets. */
function signed(input: Input, place: Place): Input {
  const { signed: text, secret = '', ...others } = input;
  if (text === undefined) return others;
  const body = octets(filled(input.body ?? '', place.known));
  const known = { ...place.known, hash: brokenHashOf(body) };
  const said = filled(octets(text).toString('utf8'), known);
  const hash = createHmac('sha256', filled(secret, known)).update(said).digest('hex');
  return { ...others, 'header.xroadvnpt-sign-header': said, 'header.xroadvnpt-hash-header': hash };
}
