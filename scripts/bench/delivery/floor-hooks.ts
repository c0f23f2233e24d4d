import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Floor } from "./floor.ts";

// The floor of the reports: a bare server that checks the password of each, keeps and applies what came within one turn of
// the event loop in one commit and answers then. Arguments: how many messages were sent, the password.

const floor = new Floor();
floor.fill(
  Array.from({ length: Number(process.argv[2]) }, (_, i) => `person${i}@flood.example`),
  "Guten Tag",
);
floor.markSent();

let waiting: { text: string; response: ServerResponse }[] = [];

function applyWaiting(): void {
  const group = waiting;
  waiting = [];
  floor.applyReports(group.map(({ text }) => text));
  for (const { response } of group) {
    response.writeHead(200, { "Content-Type": "text/plain", "Content-Length": 2 });
    response.end("OK");
  }
}

const expected = hashOf(`Basic ${Buffer.from(`postmark:${process.argv[3]}`).toString("base64")}`);

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

const server = createServer((request, response) => {
  if (!timingSafeEqual(hashOf(request.headers.authorization ?? ""), expected)) {
    response.writeHead(401).end();
    return;
  }
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    waiting.push({ text: Buffer.concat(chunks).toString("utf8"), response });
    if (waiting.length === 1) setImmediate(applyWaiting);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.once("SIGTERM", () => {
  floor.close();
  process.exit(0);
});
