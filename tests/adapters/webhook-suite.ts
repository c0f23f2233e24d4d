import { ConvexError } from "convex/values";
import { describe, expect, it } from "vitest";
import type { Provider } from "../../convex/connections/schema";
import type { InboundReport, MailReport, StatusReport, WebhookRequest } from "../../convex/delivery/providers/types";
import { WEBHOOKS } from "../../convex/delivery/providers/webhooks";
import { AT } from "./samples.ts";

// The suite every provider's webhook has to pass. README.md says how to write a spec for it.

type Account = { settings: Record<string, string | number | boolean>; secrets: Record<string, string> };

/** A body as the provider sends it: JSON, or text and bytes as they are. */
export type WebhookPayload = object | string | Uint8Array;

export type WebhookSpec = {
  provider: Provider;
  account: Account;
  /** The request the provider would make of `payload` at `at` (UTC ms), signed with the account's secret. */
  request(payload: WebhookPayload, at: number): WebhookRequest | Promise<WebhookRequest>;
  samples: {
    name: string;
    payload: WebhookPayload;
    statuses?: StatusReport[];
    inbound?: InboundReport[];
    mails?: MailReport[];
  }[];
  /** Well-formed requests that say nothing we keep. */
  unknown: WebhookPayload[];
  /** Bodies that cannot be read at all; the text "not json" and an empty body for a JSON provider. */
  malformed: WebhookPayload[];
  /** Null: the provider signs nothing and the secret path is the proof. */
  signature: {
    /** Headers without which, or with rubbish in which, a request is refused. */
    headers: string[];
    /** Covers the body: one altered byte is refused. False where the provider signs only a token (Mailgun). */
    coversBody: boolean;
    /** Covers the address: another query is refused (Twilio). */
    coversUrl?: boolean;
    /** Older and younger than this is refused; null where the provider signs no time. */
    toleranceMs: number | null;
    /** Secrets (or settings) without which nothing can be verified; each is replaced and removed. */
    keys: string[];
    /** Further requests that must be refused. */
    forged?: { name: string; change: (request: WebhookRequest) => WebhookRequest | Promise<WebhookRequest> }[];
  } | null;
  handshake?: { name: string; request: WebhookRequest; expected: string | null }[];
};

/** Declares the tests of one provider's webhook. Call it at the top of a test file. */
export function testWebhook(spec: WebhookSpec): void {
  describe(`webhook ${spec.provider}`, () => {
    describe("a report", () => testRead(spec));
    describe("the signature", () => testSignature(spec));
    const { handshake } = spec;
    if (handshake !== undefined) {
      it.each(handshake.map((row) => [row.name, row] as const))("handshake: %s", (_, { request, expected }) => {
        expect(webhookOf(spec).handshake?.(request, spec.account) ?? null).toBe(expected);
      });
    }
  });
}

/** A POST as our route hands it over. */
export function post(payload: WebhookPayload, at: number, headers: Record<string, string> = {}): WebhookRequest {
  return {
    method: "POST",
    url: "https://hub.example/hooks/provider/connection/secret",
    headers: { "content-type": "application/json", ...headers },
    body: bytesOf(payload),
    receivedAt: at,
  };
}

export function bytesOf(payload: WebhookPayload): Uint8Array<ArrayBuffer> {
  if (payload instanceof Uint8Array) return Uint8Array.from(payload);
  return new TextEncoder().encode(typeof payload === "string" ? payload : JSON.stringify(payload));
}

function webhookOf({ provider }: WebhookSpec) {
  const webhook = WEBHOOKS[provider];
  if (webhook === undefined) throw new Error(`${provider} has no entry in providers/webhooks.ts.`);
  return webhook;
}

function testRead(spec: WebhookSpec): void {
  it.each(spec.samples.map((row) => [row.name, row] as const))("%s", async (_, row) => {
    const request = await spec.request(row.payload, AT);
    const report = webhookOf(spec).read(request);
    expect(report).toEqual({ statuses: row.statuses ?? [], inbound: row.inbound ?? [], mails: row.mails });
    // The provider repeats itself: the same again must be recognisable as the same.
    expect(webhookOf(spec).read(await spec.request(row.payload, AT + 1_000))).toEqual(report);
  });

  it("names different events differently", async () => {
    const seen = new Set<string>();
    for (const { payload } of spec.samples) {
      const { statuses } = webhookOf(spec).read(await spec.request(payload, AT));
      for (const { eventId, kind, providerMessageId, reference, at, address } of statuses) {
        const key = eventId ?? JSON.stringify([kind, providerMessageId, reference, at, address]);
        expect(seen).not.toContain(key);
        seen.add(key);
      }
    }
  });

  it("about something else says nothing", async () => {
    for (const payload of spec.unknown) {
      const request = await spec.request(payload, AT);
      expect(webhookOf(spec).read(request)).toEqual({ statuses: [], inbound: [] });
    }
  });

  it("that cannot be read is refused as invalid", async () => {
    for (const payload of spec.malformed) {
      const request = await spec.request(payload, AT);
      expect(
        codeOf(() => webhookOf(spec).read(request)),
        JSON.stringify(payload),
      ).toBe("invalid");
    }
  });
}

function codeOf(read: () => unknown): string {
  try {
    read();
    return "nothing was thrown";
  } catch (thrown) {
    if (!(thrown instanceof ConvexError)) return String(thrown);
    return (thrown.data as { code: string }).code;
  }
}

function testSignature(spec: WebhookSpec): void {
  const { signature, account } = spec;
  const first = spec.samples[0];
  const good = async (at = AT) => await spec.request(first?.payload ?? {}, at);
  const verify = async (request: WebhookRequest, by: Account = account) => await webhookOf(spec).verify(request, by);

  it("of the provider is accepted, for every sample", async () => {
    for (const { payload } of spec.samples) expect(await verify(await spec.request(payload, AT))).toBe(true);
  });
  if (signature === null) return;

  it("that is missing or rubbish is refused", async () => {
    for (const name of signature.headers) {
      const request = await good();
      expect(Object.keys(request.headers)).toContain(name);
      const { [name]: _gone, ...headers } = request.headers;
      expect(await verify({ ...request, headers }), `without ${name}`).toBe(false);
      for (const rubbish of ["", "rubbish", "v1,AAAA", "MEUCIQ==", "0"]) {
        expect(await verify({ ...request, headers: { ...headers, [name]: rubbish } }), `${name}: ${rubbish}`).toBe(
          false,
        );
      }
    }
  });

  it("by another key, or without a key of ours, is refused", async () => {
    for (const key of signature.keys) {
      const { [key]: value = "", ...secrets } = account.secrets;
      expect(value, `the account has ${key}`).not.toBe("");
      const other = /[a-z]/.test(value) ? value.toUpperCase() : `${value}x`;
      expect(await verify(await good(), { ...account, secrets: { ...secrets, [key]: other } })).toBe(false);
      expect(await verify(await good(), { ...account, secrets })).toBe(false);
    }
  });

  it.runIf(signature.coversBody)("does not fit an altered body", async () => {
    const request = await good();
    for (const at of [0, Math.floor(request.body.length / 2), request.body.length - 1]) {
      const body = Uint8Array.from(request.body, (byte, i) => (i === at ? byte ^ 1 : byte));
      expect(await verify({ ...request, body })).toBe(false);
    }
    expect(await verify({ ...request, body: Uint8Array.from([...request.body, 10]) })).toBe(false);
  });

  it.runIf(signature.coversUrl === true)("does not fit another address", async () => {
    const request = await good();
    expect(await verify({ ...request, url: `${request.url}${request.url.includes("?") ? "&" : "?"}m=other` })).toBe(
      false,
    );
  });

  const { toleranceMs } = signature;
  it.runIf(toleranceMs !== null)("is refused when it is too old or from the future", async () => {
    const tolerance = toleranceMs ?? 0;
    for (const [offset, expected] of [
      [tolerance - 2_000, true],
      [2_000 - tolerance, true],
      [tolerance + 2_000, false],
      [-tolerance - 2_000, false],
    ] as const) {
      const request = await good();
      expect(await verify({ ...request, receivedAt: AT + offset }), `${offset} ms`).toBe(expected);
    }
  });

  for (const { name, change } of signature.forged ?? []) {
    it(`is refused: ${name}`, async () => {
      expect(await verify(await change(await good()))).toBe(false);
    });
  }
}
