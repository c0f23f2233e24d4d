import { join } from "node:path";
import type { Value } from "convex/values";
import { SystemClock } from "../../../embedded/clock.ts";
import { openDatabase } from "../../../embedded/database/open.ts";
import type { Database, Transaction } from "../../../embedded/database/types.ts";
import type { TestBackend } from "../../../tests/support/backend.ts";
import { countAll, type Counted, type Write } from "./thread-counts.ts";
import { randomText, seededRandom, wordOf } from "./vocabulary.ts";

/** Conversations that come the ordinary way; the others are made after them. */
const REAL_THREADS = 50;
/** Of these: a slow machine has only a second for a call, too. */
const RECEIVED_TOGETHER = 10;
const PER_COMMIT = 1_000;
/** Words lie all over the index: a page of it that many commits change is written once for all of them. */
const COMMITS_TOGETHER = 20;
/** Every so manieth conversation is open, as where a team answers what comes. */
const OPEN_EVERY = 4;
/** Of four open ones, one is the member's, one another's, the others are nobody's. */
const HOLDERS = 4;
/** Between two conversations. */
const STEP_MS = 30_000;

type Row = Record<string, Value>;

/** A workspace, and a backend that can be taken down. */
interface Filled {
  backend: Pick<TestBackend, "client" | "dataDir" | "kill" | "restart">;
  orgId: string;
}

/**
 * The newest conversation gets `longThreadMessages` more messages. Fills the workspace up to `count` conversations of a message each, with their counts: straight into the file, by the
 * engine, while the backend is down. Made after real ones. Leaves the backend running.
 */
export async function fillInbox(
  { backend, orgId }: Filled,
  count: number,
  options: { longThreadMessages?: number; areAllOpen?: boolean } = {},
): Promise<void> {
  for (let from = 0; from < REAL_THREADS; from += RECEIVED_TOGETHER)
    await backend.client.run("dev/inboxFlood:receive", { orgId, from, to: from + RECEIVED_TOGETHER, mark: "before" });
  await backend.kill();
  const db = openDatabase({ path: join(backend.dataDir, "database.sqlite"), clock: new SystemClock() });
  const write = writerOf(db);
  const models = await write((tx) => modelsOf(tx, orgId));
  const counted: Counted[] = [];
  const random = seededRandom(1);
  const startMs = Date.now() - count * STEP_MS;
  for (let from = REAL_THREADS; from < count; from += PER_COMMIT) {
    await write((tx) => {
      for (let i = from; i < Math.min(count, from + PER_COMMIT); i++) {
        const model = models.pairs[i % models.pairs.length];
        if (model === undefined) throw new Error("There is no conversation to go by");
        const thread = threadLike(model.thread, models.members, i, startMs + i * STEP_MS, {
          isOpen: options.areAllOpen === true || i % OPEN_EVERY === 0,
          random,
        });
        const threadId = tx.imports.insert("", "threads", thread);
        tx.imports.insert("", "messages", messageLike(model.message, threadId, thread, random));
        if (thread["isOpen"] === true) counted.push(countedOf(threadId, thread));
      }
    });
  }
  await write((tx) => {
    const [counter] = tx.system.rows("", "threadCounters", "by_org", [orgId]);
    if (counter !== undefined) tx.patch("", counter.id, { next: count + 1 });
  });
  const [newest] = models.pairs;
  for (let from = 0; from < (options.longThreadMessages ?? 0); from += PER_COMMIT) {
    await write((tx) => {
      for (let i = from; i < Math.min(options.longThreadMessages ?? 0, from + PER_COMMIT); i++) {
        if (newest === undefined) throw new Error("There is no conversation to go by");
        const at = Number(newest.thread["lastMessageAt"]) - (i + 1) * STEP_MS;
        const message = messageLike(newest.message, newest.id, { ...newest.thread, lastMessageAt: at }, random);
        tx.imports.insert("", "messages", { ...message, externalMessageId: `${i}@long.example` });
      }
    });
  }
  counted.push(...models.pairs.map(({ id, thread }) => countedOf(id, thread)));
  await countAll(write, orgId, counted);
  await db.close();
  await backend.restart();
}

function countedOf(id: string, { assigneeId, channel }: Row): Counted {
  if (typeof channel !== "string") throw new Error("A conversation has no channel");
  return { id, assigneeId: typeof assigneeId === "string" ? assigneeId : "", channel };
}

/** One transaction after the other; many of them go to disk together. Closing the database writes the last ones. */
function writerOf(db: Database): Write {
  let waiting = 0;
  return async (change) => {
    const tx = db.begin();
    const result = change(tx);
    const outcome = db.commit(tx, "fill");
    if (outcome.kind !== "committed") throw new Error("Nobody else writes");
    waiting = (waiting + 1) % COMMITS_TOGETHER;
    // Until then nothing lets the engine's turn end, at which it would write.
    if (waiting === 0) await db.durable(outcome.ts);
    return result;
  };
}

function modelsOf(tx: Transaction, orgId: string) {
  const threads = tx.system.rows("", "threads", "by_org_open", [orgId, true], { order: "desc" });
  const pairs = threads.map(({ id, value }) => {
    const [message] = tx.system.rows("", "messages", "by_thread", [id], { limit: 1 });
    if (message === undefined) throw new Error("A conversation has no message");
    return { id, thread: bare(value), message: bare(message.value) };
  });
  const members = tx.system.rows("", "members", "by_org", [orgId]).map(({ id }) => id);
  return { pairs, members };
}

function bare({ _id, _creationTime, ...fields }: Row): Row {
  return fields;
}

function threadLike(
  model: Row,
  members: readonly string[],
  i: number,
  at: number,
  { isOpen, random }: { isOpen: boolean; random: () => number },
): Row {
  const holder = members[Math.floor(i / OPEN_EVERY) % HOLDERS];
  return {
    ...model,
    number: i + 1,
    subject: `${wordOf(Math.floor(random() * 2_000))} ${wordOf(Math.floor(random() * 20_000))}`,
    status: isOpen ? "open" : "closed",
    isOpen,
    ...(holder === undefined ? {} : { assigneeId: holder }),
    lastMessageAt: at,
    replyToken: i.toString(16).padStart(24, "0"),
  };
}

function messageLike(
  model: Row,
  threadId: string,
  { lastMessageAt = 0, subject = "" }: Row,
  random: () => number,
): Row {
  const externalMessageId = `${threadId}@flood.example`;
  return { ...model, threadId, subject, text: randomText(random), at: lastMessageAt, externalMessageId };
}
