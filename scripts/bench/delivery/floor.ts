import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "libsql";
import { jsonPost, KeepAliveConnection } from "../http-client.ts";

// What the machine can do with nothing around it: one table, claimed, posted and settled in batches, reports applied in
// batches. It keeps no reasons, checks nothing and forgets who sent what; that difference is what the product costs.

const BATCH = 500;

/** The bare program's table of messages. */
export class Floor {
  readonly #dir = mkdtempSync(join(tmpdir(), "switchboard-bench-floor-"));
  readonly #db = new Sqlite(join(this.#dir, "floor.sqlite"));

  constructor() {
    this.#db.pragma("journal_mode = WAL");
    this.#db.pragma("synchronous = FULL");
    this.#db.exec(`
      CREATE TABLE messages (
        id INTEGER PRIMARY KEY, state TEXT NOT NULL, due_at INTEGER NOT NULL, address TEXT NOT NULL,
        subject TEXT NOT NULL, body TEXT NOT NULL, provider_id TEXT
      );
      CREATE INDEX by_due ON messages (state, due_at);
      CREATE UNIQUE INDEX by_provider ON messages (provider_id) WHERE provider_id IS NOT NULL;
      CREATE TABLE reports (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, body TEXT NOT NULL);
    `);
  }

  fill(addresses: readonly string[], body: string): void {
    const insert = this.#db.prepare(
      "INSERT INTO messages (state, due_at, address, subject, body) VALUES ('pending', ?, ?, ?, ?)",
    );
    this.#db.exec("DELETE FROM messages; BEGIN IMMEDIATE");
    for (const address of addresses) insert.run([Date.now(), address, `Mail to ${address}`, body]);
    this.#db.exec("COMMIT");
  }

  /** Claims, posts and settles everything; resolves to messages per second. `makeClient` opens one connection. */
  async drain(connections: number, makeClient: () => Promise<Client>): Promise<number> {
    const claim = this.#db.prepare(
      `UPDATE messages SET state = 'sending' WHERE id IN
         (SELECT id FROM messages WHERE state = 'pending' AND due_at <= ? ORDER BY due_at LIMIT ${BATCH})
       RETURNING id, address, subject, body`,
    );
    const settle = this.#db.prepare("UPDATE messages SET state = 'sent', provider_id = ? WHERE id = ?");
    const open = await Promise.all(Array.from({ length: connections }, makeClient));
    const startedMs = performance.now();
    let sent = 0;
    for (;;) {
      const claimed = claim.all([Date.now()]) as { id: number; address: string; subject: string; body: string }[];
      if (claimed.length === 0) break;
      const answers = await postAll(open, claimed);
      this.#db.exec("BEGIN IMMEDIATE");
      for (const [id, providerId] of answers) settle.run([providerId, id]);
      this.#db.exec("COMMIT");
      sent += answers.length;
    }
    const seconds = (performance.now() - startedMs) / 1000;
    for (const client of open) client.close();
    return sent / seconds;
  }

  /** Everything is sent already, as `stub.ts` would have answered. */
  markSent(): void {
    this.#db.exec("UPDATE messages SET state = 'sent', provider_id = 'stub-' || address");
  }

  /** Keeps reports as they came and applies those that are new, in one commit. */
  applyReports(texts: readonly string[]): void {
    const keep = this.#db.prepare("INSERT OR IGNORE INTO reports (hash, body) VALUES (?, ?)");
    const apply = this.#db.prepare("UPDATE messages SET state = 'delivered' WHERE provider_id = ?");
    this.#db.exec("BEGIN IMMEDIATE");
    for (const text of texts) {
      if (keep.run([createHash("sha256").update(text).digest(), text]).changes === 0) continue;
      apply.run([(JSON.parse(text) as { MessageID: string }).MessageID]);
    }
    this.#db.exec("COMMIT");
  }

  close(): void {
    this.#db.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

/** Posts one JSON text at a time and gives the text of the answer. */
interface Client {
  post(body: object): Promise<string>;
  close(): void;
}

/** Node's own HTTP client over kept connections: what a program is written with that has nothing around it. */
export function nodeClient(url: string): Promise<Client> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const options = { agent, method: "POST", headers: { "Content-Type": "application/json" } };
  const post = (body: object) =>
    new Promise<string>((resolve, reject) => {
      const sent = request(`${url}/email`, options, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => (text += part));
        response.on("end", () => resolve(text));
        response.on("error", reject);
      });
      sent.on("error", reject);
      sent.end(JSON.stringify(body));
    });
  return Promise.resolve({ post, close: () => agent.destroy() });
}

/** Prepared bytes on a socket of its own: the least that a client can cost. */
export async function bareClient(url: string): Promise<Client> {
  const connection = await KeepAliveConnection.open(url);
  return { post: (body) => connection.request(jsonPost("/email", body)), close: () => connection.close() };
}

/** What adapters have: `fetch`. */
export function fetchClient(url: string): Promise<Client> {
  const headers = { "Content-Type": "application/json" };
  const post = async (body: object) => {
    const response = await fetch(`${url}/email`, { method: "POST", headers, body: JSON.stringify(body) });
    return await response.text();
  };
  return Promise.resolve({ post, close: () => undefined });
}

async function postAll(
  clients: readonly Client[],
  messages: { id: number; address: string; subject: string; body: string }[],
): Promise<[number, string][]> {
  const answers: [number, string][] = [];
  const waiting = messages.values();
  await Promise.all(
    clients.map(async (client) => {
      for (const { id, address, subject, body } of waiting) {
        const mail = { From: "info@flood.example", To: address, Subject: subject, TextBody: body };
        const answer = JSON.parse(await client.post(mail)) as { MessageID: string };
        answers.push([id, answer.MessageID]);
      }
    }),
  );
  return answers;
}
