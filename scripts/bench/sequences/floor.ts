import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "libsql";

// What the machine can do with nothing around it: a bare server that writes a booking and its seven messages, those that
// came within one turn of the event loop in one commit, and answers then.

const MESSAGES = 7;
const dir = mkdtempSync(join(tmpdir(), "switchboard-bench-floor-"));
const db = new Sqlite(join(dir, "floor.sqlite"));
db.pragma("journal_mode = WAL");
db.pragma("synchronous = FULL");
db.exec(`
  CREATE TABLE bookings (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
  CREATE TABLE messages (
    id INTEGER PRIMARY KEY, booking INTEGER NOT NULL, step TEXT NOT NULL, state TEXT NOT NULL, due_at INTEGER NOT NULL
  );
  CREATE INDEX by_due ON messages (state, due_at);
`);
const insertBooking = db.prepare("INSERT INTO bookings (body) VALUES (?)");
const insertMessage = db.prepare("INSERT INTO messages (booking, step, state, due_at) VALUES (?, ?, 'pending', ?)");

let waiting: { text: string; response: ServerResponse }[] = [];

function writeWaiting(): void {
  const group = waiting;
  waiting = [];
  db.exec("BEGIN IMMEDIATE");
  for (const { text } of group) {
    const { lastInsertRowid } = insertBooking.run([text]);
    for (let i = 0; i < MESSAGES; i++) insertMessage.run([lastInsertRowid, `step-${i}`, Date.now() + i]);
  }
  db.exec("COMMIT");
  for (const { response } of group) {
    response.writeHead(202, { "Content-Type": "text/plain", "Content-Length": 2 });
    response.end("OK");
  }
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    waiting.push({ text: Buffer.concat(chunks).toString("utf8"), response });
    if (waiting.length === 1) setImmediate(writeWaiting);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.once("SIGTERM", () => {
  db.close();
  rmSync(dir, { recursive: true, force: true });
  process.exit(0);
});
