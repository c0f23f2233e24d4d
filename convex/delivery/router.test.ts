import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConsentFacts } from "../contacts/consentRules";
import type { Channel, Purpose } from "../lib/closedSets";
import {
  channelOrder,
  pickConnection,
  route,
  type ChannelFacts,
  type ConnectionFacts,
  type Gate,
  type RouteRequest,
} from "./router";
import { DEFAULT_SETTINGS } from "./settings/defaults";

const OPEN: Gate = { kind: "open" };
const PROBE: Gate = { kind: "probe" };
const NOW = 1_000;

const connection = (overrides: Partial<ConnectionFacts> = {}): ConnectionFacts => ({
  id: "a",
  order: 1,
  priceMicros: 0,
  health: "up",
  gate: OPEN,
  hasRefused: false,
  failedTries: 0,
  ...overrides,
});
const broken = (retryAt = 99): Gate => ({ kind: "broken", retryAt });
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
  addressProblem: null,
  suppression: null,
  consent: consent("unknown", { name }),
  pause: null,
  connections: [connection({ id: name })],
  ...overrides,
});
const request = (overrides: Partial<RouteRequest> = {}): RouteRequest => ({
  wish: "email",
  isEmergency: false,
  isInDoubt: false,
  now: NOW,
  seed: "message",
  patienceMs: 500,
  channels: [channel("email"), channel("sms"), channel("whatsapp")],
  isComplete: true,
  ...overrides,
});

describe("the order of the channels", () => {
  const offer = (name: Channel, order = 1, priceMicros = 0, health: ConnectionFacts["health"] = "up") => ({
    channel: name,
    connections: [{ order, priceMicros, health }],
  });
  const rules = DEFAULT_SETTINGS.routingRules;
  const orderOf = (overrides: Partial<Parameters<typeof channelOrder>[0]>) =>
    channelOrder({
      wish: "best",
      mayFallBack: true,
      isEmergency: false,
      offers: [offer("email", 2), offer("sms", 1, 70), offer("whatsapp", 1, 50)],
      rules,
      ...overrides,
    });

  it("is for \"best\" the customer's preference, then the organisation's order, then the price", () => {
    expect(orderOf({ preferred: "email" })).toEqual(["email", "whatsapp", "sms"]);
    expect(orderOf({})).toEqual(["whatsapp", "sms", "email"]);
    const indifferent = { ...rules, customerPreferences: { ...rules.customerPreferences, respectsChannel: false } };
    expect(orderOf({ preferred: "email", rules: indifferent })).toEqual(["whatsapp", "sms", "email"]);
  });

  it("goes by the priority list, then by availability, then by price", () => {
    const listed = { ...rules, channelPriorities: ["email" as const] };
    expect(orderOf({ rules: listed })).toEqual(["email", "whatsapp", "sms"]);
    const offers = [offer("email", 1), offer("sms", 2, 70), offer("whatsapp", 3, 50, "degraded")];
    expect(orderOf({ rules: listed, offers })).toEqual(["email", "sms", "whatsapp"]);
  });

  it("is for a wish the wish and its fallback chain, as far as they are set up", () => {
    expect(orderOf({ wish: "email" })).toEqual(["email", "sms", "whatsapp"]);
    expect(orderOf({ wish: "email", offers: [offer("whatsapp")] })).toEqual(["email", "whatsapp"]);
    expect(orderOf({ wish: "email", mayFallBack: false })).toEqual(["email"]);
    expect(orderOf({ wish: "webhook", offers: [offer("webhook"), offer("email")] })).toEqual(["webhook"]);
    const chain = { ...rules, fallbackChains: { ...rules.fallbackChains, email: ["whatsapp" as const] } };
    expect(orderOf({ wish: "email", rules: chain })).toEqual(["email", "whatsapp"]);
  });

  it("is for an emergency every channel of its chain, whatever anybody prefers", () => {
    expect(orderOf({ isEmergency: true, preferred: "email" })).toEqual(["sms", "whatsapp", "email"]);
    expect(orderOf({ isEmergency: true, wish: "email", mayFallBack: false })).toEqual(["email", "sms", "whatsapp"]);
  });
});

describe("the channel", () => {
  it("is the first one nothing is against", () => {
    expect(route(request())).toMatchObject({ channel: "email", rule: "channel_wish" });
    expect(route(request({ wish: "best", preferred: "email" }))).toMatchObject({ rule: "channel_preference" });
    expect(route(request({ wish: "best" }))).toMatchObject({ channel: "email", rule: "channel_order" });
  });

  it("falls back when the wished one is down, and waits when there is no other", () => {
    const down = channel("email", { connections: [connection({ gate: broken() })] });
    expect(route(request({ channels: [down, channel("sms")] }))).toMatchObject({
      channel: "sms",
      rule: "channel_fallback",
    });
    expect(route(request({ channels: [down] }))).toEqual({ kind: "wait", until: 99, rule: "breaker_open" });
  });

  it("asks for one channel more until one will do", () => {
    const down = channel("email", { connections: [connection({ gate: broken() })] });
    expect(route(request({ channels: [down], isComplete: false }))).toEqual({ kind: "next" });
    expect(route(request({ channels: [channel("email")], isComplete: false }))).toMatchObject({ kind: "send" });
    expect(route(request({ channels: [] }))).toMatchObject({ kind: "dead", rule: "no_connection" });
  });

  it("falls back when there is no address on the wished one, but never around a person's no", () => {
    const withEmail = (email: Partial<ChannelFacts>) =>
      request({ channels: [channel("email", email), channel("sms")] });
    expect(route(withEmail({ address: null }))).toMatchObject({ channel: "sms" });
    expect(route(withEmail({ suppression: "unsubscribed" }))).toMatchObject({ kind: "skip", reason: "suppressed" });
    expect(route(withEmail({ consent: consent("withdrawn") }))).toMatchObject({ kind: "skip", reason: "no_consent" });
  });

  it("is another one for a landline", () => {
    const channels = [channel("sms", { addressProblem: "landline" }), channel("email")];
    expect(route(request({ wish: "sms", channels }))).toMatchObject({ channel: "email", rule: "channel_fallback" });
    expect(route(request({ wish: "sms", channels: channels.slice(0, 1) }))).toMatchObject({
      kind: "skip",
      reason: "no_address",
      detail: "landline",
    });
  });

  it.each(["marketing", "review", "tracking"] as const)("needs a yes for %s", (purpose) => {
    const only = (state: "granted" | "unknown") =>
      request({ channels: [channel("email", { consent: consent(state, { purpose }) })] });
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

  it("stays when its provider asked for a moment, and changes when the moment is long", () => {
    const limited = (retryAt: number) =>
      request({
        channels: [
          channel("email", { connections: [connection({ gate: { kind: "limited", retryAt } })] }),
          channel("sms"),
        ],
      });
    expect(route(limited(NOW + 400))).toEqual({ kind: "wait", until: NOW + 400, rule: "provider_pause" });
    expect(route(limited(NOW + 600))).toMatchObject({ channel: "sms" });
  });

  it("that a member paused is left out; paused everywhere the message is held", () => {
    const pause = { pauseId: "p", reason: "wrong price" };
    const paused = channel("email", { pause });
    expect(route(request({ channels: [paused, channel("sms")] }))).toMatchObject({ channel: "sms" });
    expect(route(request({ channels: [paused] }))).toEqual({ kind: "hold", rule: "paused", ...pause });
    const connections = [connection({ gate: { kind: "paused", ...pause } })];
    expect(route(request({ channels: [channel("email", { connections })] }))).toMatchObject({ kind: "hold" });
  });
});

describe("in an emergency", () => {
  const emergency = (...channels: ChannelFacts[]) => route(request({ isEmergency: true, channels }));

  it("a channel the person said no to is never used, but the others are", () => {
    const no = channel("email", { suppression: "unsubscribed" });
    expect(emergency(no, channel("sms"))).toMatchObject({ channel: "sms", rule: "emergency" });
    const never = channel("sms", { consent: consent("withdrawn", { name: "sms" }) });
    expect(emergency(no, never)).toMatchObject({ kind: "skip", reason: "suppressed" });
  });

  it("nobody waits for a provider that asked for a pause while there is another way", () => {
    const limited = connection({ gate: { kind: "limited", retryAt: NOW + 1 } });
    expect(emergency(channel("email", { connections: [limited] }), channel("sms"))).toMatchObject({ channel: "sms" });
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
    expect(chosen).toMatchObject({ connectionId: "cheap", rule: "provider_choice" });
    const ailing = connection({ id: "first", order: 1, health: "degraded" });
    expect(among(ailing, connection({ id: "next", order: 2 }))).toMatchObject({ connectionId: "next" });
  });

  it("is the next one while the first is down; one that may be probed gets its message", () => {
    const next = connection({ id: "next", order: 2 });
    expect(among(connection({ gate: broken(), health: "down" }), next)).toMatchObject({
      connectionId: "next",
      rule: "provider_fallback",
    });
    expect(among(connection({ gate: PROBE, health: "down" }), next)).toMatchObject({ connectionId: "a" });
  });

  it("is one that has not failed this message yet", () => {
    const failed = connection({ failedTries: 1 });
    expect(among(failed, connection({ id: "next", order: 2 }))).toMatchObject({ connectionId: "next" });
  });

  it("is not asked again after it refused this message for good", () => {
    const refusing = connection({ hasRefused: true });
    expect(among(refusing, connection({ id: "next", order: 2 }))).toMatchObject({ connectionId: "next" });
    expect(among(refusing)).toMatchObject({ kind: "dead", rule: "all_refused" });
  });

  it("waits for the one that comes back first", () => {
    const closed = (id: string, retryAt: number) => connection({ id, gate: broken(retryAt) });
    expect(among(closed("a", 90), closed("b", 70))).toMatchObject({ kind: "wait", until: 70 });
  });

  it("without a token leaves the message to an equal that has one, not to a lesser one", () => {
    const dry = connection({ id: "dry", dryUntil: NOW + 50 });
    expect(among(dry, connection({ id: "equal" }))).toMatchObject({ connectionId: "equal" });
    expect(among(dry, connection({ id: "lesser", order: 2 }))).toEqual({ kind: "throttled", until: NOW + 50 });
  });

  it("must exist", () => expect(among()).toMatchObject({ kind: "dead", rule: "no_connection" }));

  it("is drawn by weight among equals, always the same for the same message", () => {
    const equals = [connection({ id: "a", weight: 3 }), connection({ id: "b", weight: 1 })];
    const chosen = Array.from({ length: 2_000 }, (_, i) => pickConnection(equals, `m${i}`)?.id);
    const share = chosen.filter((id) => id === "a").length / chosen.length;
    expect(share).toBeGreaterThan(0.7);
    expect(share).toBeLessThan(0.8);
    expect(pickConnection(equals.toReversed(), "m1")).toEqual(pickConnection(equals, "m1"));
    const alike = [connection({ id: "a" }), connection({ id: "b" })];
    expect(new Set(Array.from({ length: 50 }, (_, i) => pickConnection(alike, `m${i}`)?.id)).size).toBe(2);
  });
});

describe("whatever the facts", () => {
  const gates = fc.constantFrom<Gate>(
    OPEN,
    PROBE,
    broken(),
    { kind: "limited", retryAt: NOW + 5 },
    {
      kind: "paused",
      pauseId: "p",
      reason: "r",
    },
  );
  const connections = fc.array(
    fc.record({
      order: fc.integer({ min: 1, max: 3 }),
      priceMicros: fc.integer({ min: 0, max: 3 }),
      health: fc.constantFrom("up" as const, "degraded" as const, "down" as const),
      gate: gates,
      hasRefused: fc.boolean(),
      failedTries: fc.nat({ max: 2 }),
    }),
    { maxLength: 4 },
  );
  const channels = fc.uniqueArray(
    fc.record({
      name: fc.constantFrom<Channel>("email", "sms", "whatsapp"),
      hasAddress: fc.boolean(),
      isSuppressed: fc.boolean(),
      state: fc.constantFrom("granted" as const, "withdrawn" as const, "unknown" as const),
      connections,
    }),
    { maxLength: 3, selector: ({ name }) => name },
  );

  it("nothing is sent to an address it must not, by a connection it must not, in an emergency neither", () => {
    fc.assert(
      fc.property(channels, fc.boolean(), (drawn, isEmergency) => {
        const looked = drawn.map(({ name, hasAddress, isSuppressed, state, connections: accounts }) =>
          channel(name, {
            address: hasAddress ? `${name}-address` : null,
            suppression: isSuppressed ? "complaint" : null,
            consent: consent(state, { name }),
            connections: accounts.map((account, i) => connection({ ...account, id: `${name}${i}` })),
          }),
        );
        const chosen = route(request({ channels: looked, isEmergency }));
        if (chosen.kind !== "send") return;
        const through = looked.find(
          ({ channel: name, connections: accounts }) =>
            name === chosen.channel && accounts.some(({ id }) => id === chosen.connectionId),
        );
        expect(through).toMatchObject({ address: chosen.address, suppression: null });
        expect(through?.consent.statement?.state).not.toBe("withdrawn");
        const account = through?.connections.find(({ id }) => id === chosen.connectionId);
        expect(account?.hasRefused).toBe(false);
        expect(["open", "probe"]).toContain(account?.gate.kind);
      }),
      { seed: 11, numRuns: 500 },
    );
  });
});
