import { createSocket } from "node:dgram";
import { once } from "node:events";

const TYPES = { NS: 2, MX: 15, TXT: 16 } as const;
const CODES = { nothing: 3, broken: 2 } as const; // NXDOMAIN, SERVFAIL

type Records = { TXT?: string[][]; MX?: { priority: number; exchange: string }[]; NS?: string[] };
type Answers = Record<string, Records | "broken">;

/**
 * A DNS server on 127.0.0.1 and a random port that knows these names: TXT records as lists of pieces, MX and NS records; the root is "". Names
 * it does not know do not exist.
 */
export async function startDnsServer(answers: Answers) {
  const socket = createSocket("udp4");
  socket.on("message", (query, { port, address }) => {
    socket.send(replyTo(query, answers), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    server: `127.0.0.1:${socket.address().port}`,
    stop: () => new Promise<void>((resolve) => socket.close(resolve)),
  };
}

function replyTo(query: Buffer, answers: Answers): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let size = query[at] ?? 0; size !== 0; size = query[at] ?? 0) {
    labels.push(query.subarray(at + 1, at + 1 + size).toString("latin1"));
    at += size + 1;
  }
  const type = query.readUInt16BE(at + 1);
  const question = query.subarray(12, at + 5);
  const known = answers[labels.join(".").toLowerCase()];
  const data = known === undefined || known === "broken" ? [] : recordData(known, type);
  const code = known === "broken" ? CODES.broken : known === undefined ? CODES.nothing : 0;
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8580 | code, 2); // response, authoritative, recursion
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(data.length, 6);
  return Buffer.concat([header, question, ...data.map((bytes) => record(type, bytes))]);
}

function recordData(known: Exclude<Answers[string], "broken">, type: number): Buffer[] {
  if (type === TYPES.TXT) return (known.TXT ?? []).map((pieces) => Buffer.concat(pieces.map(characterString)));
  if (type === TYPES.NS) return (known.NS ?? []).map(nameBytes);
  if (type !== TYPES.MX) return [];
  return (known.MX ?? []).map(({ priority, exchange }) =>
    Buffer.concat([Buffer.from([priority >> 8, priority & 255]), nameBytes(exchange)]),
  );
}

const nameBytes = (name: string) =>
  Buffer.concat([...name.split(".").filter(Boolean).map(characterString), Buffer.from([0])]);

function record(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0); // the name of the question
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

const characterString = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text, "latin1")]);
