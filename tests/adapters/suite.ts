import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { CATALOGUE } from "../../convex/connections/catalogue";
import type { Provider } from "../../convex/connections/schema";
import { openAdapter } from "../../convex/delivery/providers/adapters";
import type { AdapterAccount, OutgoingMessage, ProviderAdapter } from "../../convex/delivery/providers/types";
import type { Failure, SendResult } from "../../convex/delivery/schema";
import { expectValid } from "./schemas.ts";
import { deadUrl, startStub, type RecordedRequest, type Stub, type StubAnswer } from "./stub-server.ts";

// The suite every adapter that speaks HTTP has to pass. README.md says how to write a spec for it.

/** Long enough for a loopback answer on a busy machine, short enough to wait for. */
const TIMEOUT_MS = 400;

/** One row of a table of providers.md: what the provider says and what it must be taken for. */
export type ErrorRow = {
  name: string;
  answer: Exclude<StubAnswer, string>;
  class: Failure["class"];
  /** Checked when given. */
  code?: string;
  /** Null: there must be none. Not checked when absent. */
  retryAfterMs?: number | null;
};

export type AdapterSpec = {
  provider: Provider;
  /** Settings and secrets of an account whose API is at `url`. */
  account(url: string): Pick<AdapterAccount, "settings" | "secrets">;
  /** The message that is sent where a test does not care which. */
  message: OutgoingMessage;
  /** The published answer to an accepted message, and what the adapter must make of it. */
  accepts: Exclude<StubAnswer, string>;
  accepted: Omit<Extract<SendResult, { kind: "accepted" }>, "kind">;
  /** How requests must look; the first is that of `message`. `schema` names a file of specs/ the body must satisfy. */
  requests: {
    name: string;
    message?: Partial<OutgoingMessage>;
    /** Further settings of the account. */
    settings?: AdapterAccount["settings"];
    /** A file in specs/ and how to read the body it describes. */
    schema?: { file: string; read(request: RecordedRequest): unknown };
    expect(request: RecordedRequest): void | Promise<void>;
  }[];
  /** Every code of the provider's table in providers.md. */
  errors: ErrorRow[];
  /** Answers of status 200 to 299 that are refusals all the same. */
  refusedWithSuccess?: ErrorRow[];
  /** True where an empty 2xx is an acceptance because the id stands in a header (then `accepts` has no body). */
  acceptsEmpty?: boolean;
  /** Where our key stands in a request; required of providers that honour keys. */
  keyOf?: (request: RecordedRequest) => string | null;
  check?: {
    path: string;
    ok: Exclude<StubAnswer, string>;
    refused: ErrorRow[];
  };
  find?: {
    name: string;
    answer: Exclude<StubAnswer, string>;
    expect?(request: RecordedRequest): void;
    found: { providerMessageId: string } | null;
  }[];
};

/** Declares the tests of one adapter. Call it at the top of a test file. */
export function testAdapter(spec: AdapterSpec): void {
  describe(`adapter ${spec.provider}`, () => {
    const stage = useStage(spec);
    describe("a send", () => testSend(spec, stage));
    describe("an error answer", () => testErrors(spec, stage));
    describe("the network", () => testNetwork(spec, stage));
    const { check, find } = spec;
    if (check !== undefined) describe("check", () => testCheck(check, stage));
    if (find !== undefined) describe("find", () => testFind(spec, find, stage));
  });
}

type Stage = {
  stub(): Stub;
  open(changes?: { url?: string; settings?: AdapterAccount["settings"] }): ProviderAdapter;
  /** Sends once and closes; no result may contain a secret. */
  send(
    message: OutgoingMessage,
    changes?: { url?: string; settings?: AdapterAccount["settings"] },
  ): Promise<SendResult>;
};

const NO_CONTEXT: AdapterAccount["ctx"] = {
  runMutation: () => Promise.reject(new Error("adapters of outside providers do not touch the database")),
};

function useStage(spec: AdapterSpec): Stage {
  let stub: Stub | undefined;
  beforeAll(async () => {
    // The stub stands on this machine, which calls reach only where the deployment allows it.
    vi.stubEnv("WEBHOOKS_ALLOW_LOOPBACK", "true");
    stub = await startStub();
  });
  afterAll(async () => {
    await stub?.stop();
  });
  const theStub = () => {
    if (stub === undefined) throw new Error("The stub runs within tests only.");
    return stub;
  };
  const open: Stage["open"] = ({ url, settings = {} } = {}) => {
    const account = spec.account(url ?? theStub().url);
    return openAdapter(spec.provider, {
      ctx: NO_CONTEXT,
      settings: { ...account.settings, ...settings },
      secrets: account.secrets,
      timeoutMs: TIMEOUT_MS,
    });
  };
  return {
    stub: theStub,
    open,
    async send(message, changes) {
      const adapter = open(changes);
      try {
        const result = await adapter.send(message);
        for (const secret of Object.values(spec.account("").secrets)) {
          expect(JSON.stringify(result)).not.toContain(secret);
        }
        return result;
      } finally {
        adapter.close();
      }
    },
  };
}

function testSend(spec: AdapterSpec, stage: Stage): void {
  const { message, accepts, accepted } = spec;

  it.each(spec.requests.map((row) => [row.name, row] as const))("%s", async (_, row) => {
    stage.stub().answer(accepts);
    const result = await stage.send({ ...message, ...row.message }, { settings: row.settings });
    expect(result).toEqual({ kind: "accepted", ...accepted });
    const [request, ...more] = stage.stub().requests;
    if (request === undefined) throw new Error("Nothing was asked of the provider.");
    expect(more).toEqual([]);
    if (row.schema !== undefined) expectValid(row.schema.file, row.schema.read(request));
    await row.expect(request);
  });

  it("goes to the connection's own address, whether or not it ends in a slash", async () => {
    stage.stub().answer(accepts);
    await stage.send(message);
    await stage.send(message, { url: `${stage.stub().url}/` });
    await stage.send(message, { url: `${stage.stub().url}/regional` });
    const [plain, slash, regional] = stage.stub().requests.map(({ path }) => path);
    expect(slash).toBe(plain);
    expect(regional).toBe(`/regional${plain}`);
  });

  it("that runs beside others mixes nothing up", async () => {
    stage.stub().answer(accepts);
    const adapter = stage.open();
    const texts = Array.from({ length: 8 }, (_, i) => `Nummer-${i}-Ende`);
    const results = await Promise.all(texts.map((text) => adapter.send({ ...message, text, html: undefined })));
    adapter.close();
    expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(["accepted"]));
    const bodies = stage.stub().requests.map(({ body }) => body.toString("latin1"));
    for (const text of texts) expect(bodies.filter((body) => body.includes(text))).toHaveLength(1);
  });

  const { keyOf } = spec;
  it.runIf(CATALOGUE[spec.provider].honoursKey)(
    "carries our key, and a repeated one is the same to the byte",
    async () => {
      expect(keyOf).toBeDefined();
      stage.stub().answer(accepts);
      await stage.send(message);
      await stage.send({ ...message, at: message.at + 60_000 });
      const [first, second] = stage.stub().requests;
      expect(first && keyOf?.(first)).toBe(message.idempotencyKey);
      expect(second && keyOf?.(second)).toBe(message.idempotencyKey);
      expect(second?.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true);
    },
  );
}

function testErrors(spec: AdapterSpec, stage: Stage): void {
  const rows = [...spec.errors, ...(spec.refusedWithSuccess ?? [])];
  it.each(rows.map((row) => [row.name, row] as const))("%s", async (_, row) => {
    stage.stub().answer(row.answer);
    expectFailure(await stage.send(spec.message), row);
  });

  const LIMITED = spec.errors.find(({ class: errorClass }) => errorClass === "rate_limited")?.answer;
  const limited = (headers: Record<string, string>) => ({
    ...LIMITED,
    headers: { ...withoutRetryAfter(LIMITED?.headers), ...headers },
  });
  const pauses: [string, Record<string, string>, number | undefined][] = [
    ["in seconds", { "Retry-After": "7" }, 7_000],
    [
      "as a date, by the provider's own clock",
      { "Retry-After": "Fri, 20 Nov 2026 10:01:30 GMT", Date: "Fri, 20 Nov 2026 10:00:00 GMT" },
      90_000,
    ],
    ["that cannot be read", { "Retry-After": "soon" }, undefined],
    ["that is absurd, as a day", { "Retry-After": "99999999" }, 86_400_000],
  ];
  it.runIf(LIMITED !== undefined).each(pauses)("a rate limit with Retry-After %s", async (_, headers, expected) => {
    stage.stub().answer(limited(headers));
    const result = await stage.send(spec.message);
    expect(result).toMatchObject({ kind: "refused", failure: { class: "rate_limited" } });
    expect(result.kind === "refused" ? result.failure.retryAfterMs : null).toBe(expected);
  });
  it.runIf(LIMITED !== undefined)("a rate limit without Retry-After", async () => {
    stage.stub().answer(limited({}));
    expect(await stage.send(spec.message)).toMatchObject({ kind: "refused", failure: { class: "rate_limited" } });
  });

  it("that is a page of some proxy", async () => {
    const page = "<!DOCTYPE html><html><head><title>Bad Gateway</title></head><body>…</body></html>";
    stage.stub().answer({ status: 502, headers: { "Content-Type": "text/html" }, body: page });
    const result = await stage.send(spec.message);
    expect(result).toMatchObject({ kind: "refused", failure: { class: "transient" } });
    expect(JSON.stringify(result)).not.toContain("<html");
  });

  it("without a body", async () => {
    for (const status of [500, 503]) {
      stage.stub().answer({ status });
      expect(await stage.send(spec.message)).toMatchObject({ kind: "refused", failure: { class: "transient" } });
    }
  });

  it("that redirects is not followed", async () => {
    stage.stub().answer({ status: 302, headers: { Location: "/elsewhere" } });
    expect(await stage.send(spec.message)).toMatchObject({ kind: "refused", failure: { class: "config" } });
    expect(stage.stub().requests).toHaveLength(1);
  });
}

function withoutRetryAfter(headers: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(retry-after|date)$/i.test(name)));
}

function expectFailure(result: SendResult, row: ErrorRow): void {
  const { name, code, retryAfterMs } = row;
  expect(result, name).toMatchObject({ kind: "refused", failure: { class: row.class } });
  if (result.kind !== "refused") return;
  expect(result.failure.reason, name).not.toBe("");
  if (code !== undefined) expect(result.failure.code, name).toBe(code);
  if (retryAfterMs !== undefined) expect(result.failure.retryAfterMs ?? null, name).toBe(retryAfterMs);
}

function testNetwork(spec: AdapterSpec, stage: Stage): void {
  const { message } = spec;

  it("nobody listens: nothing has left", async () => {
    const result = await stage.send(message, { url: await deadUrl() });
    expect(result).toMatchObject({ kind: "refused", failure: { class: "transient" } });
  });

  it("the address is no address: the settings are wrong", async () => {
    const result = await stage.send(message, { url: "not a url" });
    expect(result).toMatchObject({ kind: "refused", failure: { class: "config" } });
  });

  it.each(["hang", "reset", "cut_off"] as const)("%s after the request: it may have left", async (answer) => {
    stage.stub().answer(answer);
    expect(await stage.send(message)).toMatchObject({ kind: "lost" });
    expect(stage.stub().requests).toHaveLength(1);
  });

  it("a gateway that stopped waiting: it may have left", async () => {
    stage.stub().answer({ status: 504, body: "upstream timed out" });
    expect(await stage.send(message)).toMatchObject({ kind: "lost" });
  });

  const unreadable: [string, StubAnswer][] = [
    ["a page", { status: 200, headers: { "Content-Type": "text/html" }, body: "<html>Welcome to our proxy</html>" }],
    ["half a document", { status: 200, body: '{"id":"12' }],
    ["something else", { status: 200, body: { ok: true } }],
    ...(spec.acceptsEmpty === true ? [] : [["nothing", { status: 200, body: "" }] satisfies [string, StubAnswer]]),
  ];
  it.each(unreadable)("success that says %s: it may have left", async (_, answer) => {
    stage.stub().answer(answer);
    expect(await stage.send(message)).toMatchObject({ kind: "lost" });
  });
}

function testCheck(check: NonNullable<AdapterSpec["check"]>, stage: Stage): void {
  const run = async (url?: string) => {
    const adapter = stage.open({ url });
    const failure = await adapter.check?.();
    adapter.close();
    return failure;
  };

  it("asks what costs nothing and says that all is well", async () => {
    stage.stub().answer(check.ok);
    expect(await run()).toBeNull();
    expect(stage.stub().requests).toMatchObject([{ method: "GET", path: check.path }]);
  });

  it.each(check.refused.map((row) => [row.name, row] as const))("%s", async (_, row) => {
    stage.stub().answer(row.answer);
    const failure = await run();
    if (failure === null || failure === undefined) throw new Error("The check found nothing wrong.");
    expectFailure({ kind: "refused", failure }, row);
  });

  it("says what is wrong with the network", async () => {
    expect(await run(await deadUrl())).toMatchObject({ class: "transient" });
    stage.stub().answer("hang");
    expect(await run()).toMatchObject({ class: "transient" });
    expect(await run("not a url")).toMatchObject({ class: "config" });
  });
}

function testFind(spec: AdapterSpec, rows: NonNullable<AdapterSpec["find"]>, stage: Stage): void {
  it.each(rows.map((row) => [row.name, row] as const))("%s", async (_, row) => {
    stage.stub().answer(row.answer);
    const adapter = stage.open();
    expect(await adapter.find?.(spec.message)).toEqual(row.found);
    adapter.close();
    const [request] = stage.stub().requests;
    if (request !== undefined) row.expect?.(request);
  });
}
