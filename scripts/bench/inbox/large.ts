import { readFileSync } from "node:fs";
import { startWorkspace, type Workspace } from "../delivery/workspace.ts";
import { jsonPost, KeepAliveConnection } from "../http-client.ts";
import { inTurns, judge, median, quantile, type Row } from "../report.ts";
import { fillInbox } from "./fill.ts";
import { memberToken } from "./member.ts";
import { seededRandom, wordOf } from "./vocabulary.ts";

const MANY = Number(process.env["INBOX_THREADS"] ?? 1_000_000);
const FEW = 1_000;
const ROWS_A_PAGE = 50;
const ROUNDS = 9;
const PAGES_PER_ROUND = 16;
const SEARCHES_PER_KIND = 25;
const WARM_UP_PAGES = 24;
const MIB = 1024 * 1024;

/** Every list a person opens, with a condition and without. */
const FILTERS = [
  { view: "all" },
  { view: "mine" },
  { view: "unassigned" },
  { view: "closed" },
  { view: "all", channel: "email" },
  { view: "all", status: "open" },
  { view: "mine", channel: "email" },
  { view: "all", priority: "normal" },
];

// Ranks of words: the common ones are in a tenth to half of the messages, the rare ones in some dozen.
const COMMON = { from: 0, to: 20 };
const USUAL = { from: 100, to: 2_000 };
const SELDOM = { from: 8_000, to: 20_000 };

/** A million conversations: a page of the list with its counts, and searching their messages. */
export async function* largeRows(): AsyncGenerator<Row> {
  const many = await Inbox.open(MANY);
  try {
    const few = await Inbox.open(FEW);
    yield await pageRow(many, few).finally(() => few.close());
    yield await searchRow(many);
  } finally {
    await many.close();
  }
}

/** The agent's window on a workspace of so many conversations. */
class Inbox {
  // Opened with the first question: a server closes one on which nothing is asked.
  #connection: KeepAliveConnection | null = null;
  #token = "";
  #asked = 0;
  /** A conversation that changes hands before each page, so that no page or count is known already. */
  #moved: { threadId: string; memberId: string } | null = null;

  private constructor(
    private readonly workspace: Workspace,
    readonly filledMs: number,
  ) {}

  static async open(threads: number): Promise<Inbox> {
    const workspace = await startWorkspace();
    const startedMs = performance.now();
    await fillInbox(workspace, threads);
    const filledMs = performance.now() - startedMs;
    return new Inbox(workspace, filledMs);
  }

  /** Milliseconds of one page with the counts beside it, after a change of both. */
  async pageMs(): Promise<number> {
    const id = ++this.#asked;
    this.#moved ??= await this.#firstOpen();
    const { threadId, memberId } = this.#moved;
    await this.#ask("inbox/mutations:assign", { threadId, assigneeId: id % 2 === 0 ? memberId : null }, "mutation");
    const filter = FILTERS[id % FILTERS.length];
    const paginationOpts = { numItems: ROWS_A_PAGE, cursor: null, id };
    const page = await this.#ask("inbox/queries:listThreads", { ...filter, paginationOpts });
    const counts = await this.#ask("inbox/queries:counts", {});
    return page.ms + counts.ms;
  }

  /** Milliseconds of one search, and how many conversations it found. */
  async search(text: string): Promise<{ ms: number; found: number }> {
    const { ms, body } = await this.#ask("inbox/search/queries:find", { text });
    const answer = JSON.parse(body) as { value: { threads: unknown[] } };
    return { ms, found: answer.value.threads.length };
  }

  async counts(): Promise<Record<string, number>> {
    const { body } = await this.#ask("inbox/queries:counts", {});
    return (JSON.parse(body) as { value: Record<string, number> }).value;
  }

  residentMib(): number {
    const status = readFileSync(`/proc/${this.workspace.backend.pid()}/status`, "utf8");
    return Math.round((Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024) / MIB);
  }

  async close(): Promise<void> {
    this.#connection?.close();
    await this.workspace.backend.stop();
  }

  async #firstOpen() {
    const paginationOpts = { numItems: 1, cursor: null };
    const page = await this.#ask("inbox/queries:listThreads", { view: "all", paginationOpts });
    const me = await this.#ask("orgs/queries:me", {});
    const [thread] = (JSON.parse(page.body) as { value: { page: { id: string }[] } }).value.page;
    const [membership] = (JSON.parse(me.body) as { value: { memberships: { memberId: string }[] } }).value.memberships;
    if (thread === undefined || membership === undefined) throw new Error("The agent sees no conversation");
    return { threadId: thread.id, memberId: membership.memberId };
  }

  async #ask(path: string, args: object, kind: "query" | "mutation" = "query"): Promise<{ ms: number; body: string }> {
    const orgId = path === "orgs/queries:me" ? {} : { orgId: this.workspace.orgId };
    const asked = { path, args: [{ ...orgId, ...args }], format: "convex_encoded_json" };
    const { cloudUrl } = this.workspace.backend;
    this.#connection ??= await KeepAliveConnection.open(cloudUrl);
    if (this.#token === "") this.#token = await memberToken(cloudUrl);
    const bytes = jsonPost(`/api/${kind}`, asked, this.#token);
    const startedMs = performance.now();
    const body = await this.#connection.request(bytes);
    const ms = performance.now() - startedMs;
    if (!body.startsWith('{"status":"success"')) throw new Error(body);
    return { ms, body };
  }
}

async function pageRow(many: Inbox, few: Inbox): Promise<Row> {
  const pages = async (inbox: Inbox, count: number) => {
    const times: number[] = [];
    while (times.length < count) times.push(await inbox.pageMs());
    return median(times);
  };
  for (const inbox of [many, few]) await pages(inbox, WARM_UP_PAGES);
  const measured = await inTurns(
    ROUNDS,
    () => pages(many, PAGES_PER_ROUND),
    () => pages(few, PAGES_PER_ROUND),
  );
  const { all = 0, mine = 0 } = await many.counts();
  const note = { threads: MANY, open: all, mine, filledS: Math.round(many.filledMs / 1000) };
  const target = { of: "ratio", bound: "atMost", limit: 1.5 } as const;
  return judge(
    `inbox page: 50 rows with counts, ${MANY} conversations against ${FEW}`,
    { ...measured, unit: "ms", note },
    target,
  );
}

async function searchRow(inbox: Inbox): Promise<Row> {
  const random = seededRandom(7);
  const word = ({ from, to }: { from: number; to: number }) => wordOf(from + Math.floor(random() * (to - from)));
  const kinds: Record<string, () => string> = {
    common: () => word(COMMON),
    rare: () => word(SELDOM),
    twoCommon: () => `${word(COMMON)} ${word(COMMON)}`,
    two: () => `${word(COMMON)} ${word(USUAL)}`,
    fiveCommon: () => Array.from({ length: 5 }, () => word(COMMON)).join(" "),
    operators: () => `${word(USUAL)} is:open channel:email before:2030-01-01 -${word(SELDOM)}`,
    prefix: () => word(USUAL).slice(0, 3),
  };
  const all: number[] = [];
  const note: Record<string, number> = { messages: MANY };
  for (const [kind, text] of Object.entries(kinds)) {
    const times: number[] = [];
    let found = 0;
    for (let i = 0; i < SEARCHES_PER_KIND; i++) {
      // Blanks that mean nothing make each a new question.
      const answer = await inbox.search(`${text()}${" ".repeat(i)}`);
      times.push(answer.ms);
      found += answer.found;
    }
    all.push(...times);
    note[`${kind}P95`] = Math.round(quantile(times, 0.95));
    note[`${kind}Found`] = Math.round(found / SEARCHES_PER_KIND);
  }
  note["residentMiB"] = inbox.residentMib();
  const measured = { value: quantile(all, 0.95), unit: "ms", note };
  const target = { of: "value", bound: "atMost", limit: 100 } as const;
  return judge(`search in ${MANY} messages: p95`, measured, target);
}
