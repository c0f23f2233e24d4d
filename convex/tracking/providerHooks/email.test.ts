import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import {
  allRows,
  makeWorkspace,
  NOON,
  rowOf,
  runJobs,
  type Convex,
  type Workspace,
} from "../../../tests/support/delivery";
import { makeHook, sentThrough } from "../../../tests/support/provider-hooks";
import { keyOf } from "../../delivery/model";
import { toBase64 } from "../../delivery/providers/bytes";
import { tokenOfKey } from "../../delivery/providers/reference";
import { hmacSha256Hex } from "../../lib/crypto";

// Whatever reacts to the events is tested where it lives.
vi.mock("../../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

let t: Convex;
let workspace: Workspace;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  workspace = await makeWorkspace(t);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const MAX = "max@example.org";
const SECONDS = String(NOON / 1_000);

type Account = Parameters<typeof makeHook>[2];

async function sent(account: Omit<Account, "channel">, providerMessageId: string | undefined) {
  const hook = await makeHook(t, workspace, { ...account, channel: "email" });
  const message = { key: "k", channel: "email", address: MAX, providerMessageId } as const;
  const queueId = await sentThrough(t, workspace, hook, message);
  const state = async () => (await rowOf(t, queueId)).state;
  return { hook, queueId, state };
}

const post = async (path: string, body: string, headers: Record<string, string> = {}) =>
  await t.fetch(path, { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body });
const suppressions = async () => (await allRows(t, "suppressions")).map(({ address, reason }) => [address, reason]);

describe("Resend", () => {
  const KEY = new TextEncoder().encode("0123456789abcdef0123456789abcdef");
  const secrets = { webhookSecret: `whsec_${toBase64(KEY)}` };
  const signed = async (id: string, payload: object) => {
    const body = JSON.stringify(payload);
    const hex = await hmacSha256Hex(KEY, `${id}.${SECONDS}.${body}`);
    const mac = toBase64(Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
    return [body, { "svix-id": id, "svix-timestamp": SECONDS, "svix-signature": `v1,${mac}` }] as const;
  };

  it("reports a delivery before the answer to the send is recorded, by our own key", async () => {
    const { hook, queueId, state } = await sent({ provider: "resend", secrets }, undefined);
    const value = tokenOfKey(keyOf(await rowOf(t, queueId)));
    const data = { email_id: "e-1", to: [MAX], tags: { switchboard_key: value } };
    const request = await signed("msg_1", { type: "email.delivered", created_at: "2026-05-12T10:00:00Z", data });
    expect((await post(hook.path, ...request)).status).toBe(200);
    expect((await post(hook.path, ...request)).status).toBe(200);
    await runJobs(t);
    expect((await state()).kind).toBe("delivered");
    expect(await allRows(t, "receipts")).toHaveLength(1);
  });

  it("is not believed with another signature, and nothing is kept", async () => {
    const { hook, state } = await sent({ provider: "resend", secrets }, "e-1");
    const [body, headers] = await signed("msg_1", { type: "email.delivered", data: { email_id: "e-1" } });
    expect((await post(hook.path, body.replace("delivered", "complained"), headers)).status).toBe(401);
    await runJobs(t);
    expect((await state()).kind).toBe("sent");
    expect(await allRows(t, "rawEvents")).toEqual([]);
  });

  it.each([
    ["NoEmail", [[MAX, "hard_bounce"]]],
    ["ContentRejected", []],
  ])("that bounced for good because of %s leaves %j", async (subType, expected) => {
    const { hook, state } = await sent({ provider: "resend", secrets }, "e-1");
    const bounce = { type: "Permanent", subType, message: "no" };
    const request = await signed("msg_1", { type: "email.bounced", data: { email_id: "e-1", to: [MAX], bounce } });
    expect((await post(hook.path, ...request)).status).toBe(200);
    await runJobs(t);
    expect((await state()).kind).toBe("bounced");
    expect(await suppressions()).toEqual(expected);
  });
});

describe("Mailgun", () => {
  it("is read once under one token, whatever is put under it afterwards", async () => {
    const secrets = { webhookSigningKey: "geheim" };
    const { hook, state } = await sent({ provider: "mailgun", secrets }, "sb-1@haff.example");
    const signature = { timestamp: SECONDS, token: "t1", signature: await hmacSha256Hex("geheim", `${SECONDS}t1`) };
    const message = { headers: { "message-id": "sb-1@haff.example" } };
    const event = (kind: string) =>
      JSON.stringify({
        signature,
        "event-data": { event: kind, id: kind, recipient: MAX, message, timestamp: NOON / 1_000 },
      });
    expect((await post(hook.path, event("delivered"))).status).toBe(200);
    expect((await post(hook.path, event("complained"))).status).toBe(200);
    await runJobs(t);
    expect((await state()).kind).toBe("delivered");
    expect(await suppressions()).toEqual([]);
    expect(await allRows(t, "rawEvents")).toHaveLength(1);
  });
});

describe("Postmark", () => {
  const delivery = { RecordType: "Delivery", MessageID: "pm-1", Recipient: MAX, DeliveredAt: "2026-05-12T10:00:00Z" };

  it("is believed by the secret address, and by its password where there is one", async () => {
    const secrets = { webhookPassword: "geheim" };
    const { hook, state } = await sent({ provider: "postmark", secrets }, "pm-1");
    expect((await post(hook.path, JSON.stringify(delivery))).status).toBe(401);
    const headers = { Authorization: `Basic ${btoa("postmark:geheim")}` };
    expect((await post(hook.path, JSON.stringify(delivery), headers)).status).toBe(200);
    await runJobs(t);
    expect((await state()).kind).toBe("delivered");
  });
});

describe("Amazon SES", () => {
  it("opens nothing that a forged confirmation asks for", async () => {
    const opened: string[] = [];
    vi.stubGlobal("fetch", (url: string) => {
      opened.push(url);
      return Promise.resolve(new Response("", { status: 404 }));
    });
    const { hook } = await sent({ provider: "ses", settings: { region: "eu-central-1" } }, "ses-1");
    const confirmation = {
      Type: "SubscriptionConfirmation",
      SubscribeURL: "https://sns.eu-central-1.amazonaws.com/?Token=x",
      SigningCertURL: "https://evil.example/cert.pem",
      SignatureVersion: "2",
      Signature: "AAAA",
    };
    expect((await post(hook.path, JSON.stringify(confirmation))).status).toBe(401);
    expect(opened).toEqual([]);
  });
});
