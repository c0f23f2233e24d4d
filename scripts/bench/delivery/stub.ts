import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

// A provider on loopback that takes what Postmark takes (providers.md 6) and answers at once or after a while, so many
// at a time. It keeps the recipient of every message and when each arrived: the truth about what was lost or doubled.

const delayMs = Number(process.argv[2] ?? "0");
const concurrency = Number(process.argv[3] ?? "1000000");

let arrivals = new Map<string, number[]>();
let active = 0;
const waiting: (() => void)[] = [];

async function serveOne(body: string, response: ServerResponse): Promise<void> {
  const { To: header } = JSON.parse(body) as { To: string };
  const To = /<([^>]+)>$/.exec(header)?.[1] ?? header;
  const times = arrivals.get(To) ?? [];
  times.push(Date.now());
  arrivals.set(To, times);
  if (active >= concurrency) await new Promise<void>((resolve) => waiting.push(resolve));
  active++;
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
  active--;
  waiting.shift()?.();
  answer(response, { To, SubmittedAt: new Date().toISOString(), MessageID: `stub-${To}`, ErrorCode: 0, Message: "OK" });
}

function answer(response: ServerResponse, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}

const server = createServer((request, response) => {
  if (request.method === "GET") {
    answer(response, { arrivals: [...arrivals] });
    if (request.url === "/take") arrivals = new Map();
    return;
  }
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => void serveOne(Buffer.concat(chunks).toString("utf8"), response));
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
