import { describe, expect, it } from "vitest";
import type { ConsentFacts } from "../contacts/consentRules";
import type { Channel, Purpose } from "../lib/closedSets";
import { route, type ChannelFacts, type ConnectionFacts, type RouteRequest } from "./router";
import { decideSend, type SendFacts } from "./sendChecks";

const connection = (overrides: Partial<ConnectionFacts> = {}): ConnectionFacts => ({
  id: "a",
  order: 1,
  priceMicros: 0,
  gate: "send",
  retryAt: 0,
  hasRefused: false,
  ...overrides,
});
const consent = (
  state: "granted" | "withdrawn" | "unknown",
  { name = "email", purpose = "transactional" }: { name?: Channel; purpose?: Purpose } = {},
): ConsentFacts => ({
  now: 1_000,
  channel: name,
  purpose,
  countries: ["DE"],
  statement: state === "unknown" ? null : { id: "c1", state, basis: "consent", at: 900 },
  hasChannelOptIn: false,
  hasOpenWindow: true,
  isAnswer: false,
  hasPostalAddress: true,
  pausedUntil: null,
  everyDays: null,
  lastSuchAt: null,
});
const channel = (name: Channel, overrides: Partial<ChannelFacts> = {}): ChannelFacts => ({
  channel: name,
  address: `${name}-address`,
  suppression: null,
  consent: consent("unknown", { name }),
  connections: [connection({ id: name })],
  ...overrides,
});
const request = (overrides: Partial<RouteRequest> = {}): RouteRequest => ({
  wish: "email",
  mayFallBack: true,
  purpose: "transactional",
  channels: [channel("email"), channel("sms"), channel("whatsapp")],
  ...overrides,
});

describe("the channel", () => {
  it("is the wish when nothing is against it", () => {
    expect(route(request({ wish: "sms" }))).toMatchObject({ channel: "sms", rule: "channel_wish" });
  });

  it('is for "best" what the customer prefers, then the organisation\'s order, then the price', () => {
    const ordered = [
      channel("email", { connections: [connection({ id: "email", order: 2 })] }),
      channel("sms", { connections: [connection({ id: "sms", order: 1, priceMicros: 70 })] }),
      channel("whatsapp", { connections: [connection({ id: "whatsapp", order: 1, priceMicros: 50 })] }),
    ];
    const best = request({ wish: "best", channels: ordered });
    expect(route({ ...best, preferred: "email" })).toMatchObject({ channel: "email", rule: "channel_preference" });
    expect(route(best)).toMatchObject({ channel: "whatsapp", rule: "channel_order" });
  });

  it("falls back when the wished one is down, unless the message must stay on it", () => {
    const down = channel("email", { connections: [connection({ gate: "refuse", retryAt: 99 })] });
    const channels = [down, channel("sms")];
    expect(route(request({ channels }))).toMatchObject({ channel: "sms", rule: "channel_fallback" });
    expect(route(request({ channels, mayFallBack: false }))).toEqual({ kind: "wait", until: 99, rule: "breaker_open" });
  });

  it("falls back when there is no address on the wished one, but never around a person's no", () => {
    const withEmail = (email: Partial<ChannelFacts>) =>
      request({ channels: [channel("email", email), channel("sms")] });
    expect(route(withEmail({ address: null }))).toMatchObject({ channel: "sms" });
    expect(route(withEmail({ suppression: "unsubscribed" }))).toMatchObject({ kind: "skip", reason: "suppressed" });
    expect(route(withEmail({ consent: consent("withdrawn") }))).toMatchObject({ kind: "skip", reason: "no_consent" });
  });

  it.each(["marketing", "review", "tracking"] as const)("needs a yes for %s", (purpose) => {
    const only = (state: "granted" | "unknown") =>
      request({ purpose, channels: [channel("email", { consent: consent(state, { purpose }) })] });
    expect(route(only("unknown"))).toMatchObject({
      kind: "skip",
      reason: "no_consent",
      detail: "none_on_record",
      evidence: { consentPack: "DE", consentId: null },
    });
    expect(route(only("granted"))).toMatchObject({
      kind: "send",
      evidence: { consentRule: "granted", consentId: "c1", consentAt: 900 },
    });
  });

  it("is never a webhook in place of a person's address", () => {
    const channels = [channel("email", { address: null }), channel("webhook")];
    expect(route(request({ channels }))).toMatchObject({ kind: "skip", reason: "no_address" });
    expect(route(request({ wish: "webhook", channels }))).toMatchObject({ kind: "send", channel: "webhook" });
  });
});

describe("the provider", () => {
  const among = (...connections: ConnectionFacts[]) =>
    route(request({ channels: [channel("email", { connections })] }));

  it("is the first healthy one by order, then price", () => {
    const chosen = among(
      connection({ id: "dear", order: 1, priceMicros: 9 }),
      connection({ id: "cheap", order: 1, priceMicros: 1 }),
      connection({ id: "last", order: 2 }),
    );
    expect(chosen).toMatchObject({ connectionId: "cheap", rule: "channel_wish" });
  });

  it("is the next one while the first is down or only being probed", () => {
    const next = connection({ id: "next", order: 2 });
    expect(among(connection({ gate: "refuse" }), next)).toMatchObject({
      connectionId: "next",
      rule: "provider_fallback",
    });
    expect(among(connection({ gate: "probe" }), next)).toMatchObject({ connectionId: "next" });
    expect(among(connection({ gate: "probe" }))).toMatchObject({ connectionId: "a" });
  });

  it("is not asked again after it refused this message for good", () => {
    const refusing = connection({ hasRefused: true });
    expect(among(refusing, connection({ id: "next", order: 2 }))).toMatchObject({ connectionId: "next" });
    expect(among(refusing)).toMatchObject({ kind: "dead", rule: "all_refused" });
  });

  it("waits for the one that comes back first", () => {
    const closed = (id: string, retryAt: number) => connection({ id, gate: "refuse", retryAt });
    expect(among(closed("a", 90), closed("b", 70))).toMatchObject({ kind: "wait", until: 70 });
  });

  it("must exist", () => expect(among()).toMatchObject({ kind: "dead", rule: "no_connection" }));
});

describe("before all routing", () => {
  const facts = (overrides: Partial<SendFacts> = {}): SendFacts => ({
    now: Date.UTC(2026, 4, 12, 22),
    lane: "transactional",
    purpose: "transactional",
    sourceKind: "sequence",
    sourceAnswer: { wanted: true },
    quietHours: { start: "21:00", end: "07:00" },
    zone: "UTC",
    marketingSentToday: 0,
    routing: request(),
    ...overrides,
  });

  it("the source is asked, and its no is final even at night", () => {
    const decision = decideSend(facts({ sourceAnswer: { wanted: false, reason: "booking_cancelled" } }));
    expect(decision).toMatchObject({ kind: "skip", rule: "source", reason: "booking_cancelled" });
  });

  it("quiet hours hold back everything but the critical lane and answers", () => {
    expect(decideSend(facts())).toMatchObject({ kind: "wait", rule: "quiet_hours", until: Date.UTC(2026, 4, 13, 7) });
    expect(decideSend(facts({ lane: "critical" }))).toMatchObject({ kind: "send" });
    expect(decideSend(facts({ sourceKind: "agent" }))).toMatchObject({ kind: "send" });
  });
});
