import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHANNELS, PURPOSES } from "../lib/closedSets";
import {
  CONFIRMATION_WITHIN_MS,
  consentVerdict,
  isAdvertising,
  mayConfirmOptOut,
  OPT_OUT_CONFIRMATION,
  rulePackOf,
  type ConsentFacts,
  type ConsentStatement,
} from "./consentRules";

const DAY = 24 * 60 * 60 * 1000;
const NOW = 1_000 * DAY;

const facts = (over: Partial<ConsentFacts> = {}): ConsentFacts => ({
  now: NOW,
  channel: "email",
  purpose: "marketing",
  countries: ["DE"],
  statement: null,
  hasChannelOptIn: false,
  hasOpenWindow: false,
  isAnswer: false,
  hasPostalAddress: true,
  pausedUntil: null,
  everyDays: null,
  lastSuchAt: null,
  ...over,
});
const said = (state: ConsentStatement["state"], basis: ConsentStatement["basis"] = "consent", at = NOW - DAY) => ({
  id: "c1",
  state,
  basis,
  at,
});
const outcome = (over: Partial<ConsentFacts>) => {
  const verdict = consentVerdict(facts(over));
  return verdict.kind === "allowed" ? verdict.ground : verdict.block;
};

describe("advertising", () => {
  it.each([
    ["DE", "email", "none_on_record"],
    ["DE", "sms", "none_on_record"],
    ["AT", "email", "none_on_record"],
    ["FR", "email", "none_on_record"],
    ["US", "email", "no_objection"],
    ["US", "sms", "none_on_record"],
    ["US", "whatsapp", "none_on_record"],
    ["CA", "email", "none_on_record"],
    ["BR", "email", "none_on_record"],
  ] as const)("in %s by %s without a word on record: %s", (country, channel, expected) => {
    expect(outcome({ countries: [country], channel })).toBe(expected);
    expect(outcome({ countries: [country], channel, purpose: "review" })).toBe(expected);
  });

  it.each([
    ["DE", "email", "existing_customer"],
    ["CH", "sms", "existing_customer"],
    ["NL", "email", "existing_customer"],
    ["DE", "whatsapp", "existing_customer_not_enough"],
    ["US", "sms", "existing_customer_not_enough"],
    ["BR", "email", "existing_customer_not_enough"],
  ] as const)("in %s by %s to an existing customer: %s", (country, channel, expected) => {
    expect(outcome({ countries: [country], channel, statement: said("granted", "existing_customer") })).toBe(expected);
  });

  it("to an existing customer ends after two years in Canada, and nowhere else by itself", () => {
    const statement = said("granted", "existing_customer", NOW - 731 * DAY);
    expect(outcome({ countries: ["CA"], statement })).toBe("existing_customer_expired");
    expect(outcome({ countries: ["DE"], statement })).toBe("existing_customer");
  });

  it("by e-mail needs the sender's address where the law says so", () => {
    const statement = said("granted");
    expect(outcome({ countries: ["US"], statement, hasPostalAddress: false })).toBe("no_postal_address");
    expect(outcome({ countries: ["US"], statement, hasPostalAddress: false, channel: "sms" })).toBe("granted");
    expect(outcome({ countries: ["DE"], statement, hasPostalAddress: false })).toBe("granted");
  });

  it("waits while the person wants to be left alone, and comes no more often than they like", () => {
    const statement = said("granted");
    expect(outcome({ statement, pausedUntil: NOW + 1 })).toBe("paused");
    expect(outcome({ statement, pausedUntil: NOW })).toBe("granted");
    expect(outcome({ statement, everyDays: 7, lastSuchAt: NOW - 7 * DAY + 1 })).toBe("frequency_wish");
    expect(outcome({ statement, everyDays: 7, lastSuchAt: NOW - 7 * DAY })).toBe("granted");
    expect(outcome({ purpose: "transactional", pausedUntil: NOW + 1, everyDays: 7, lastSuchAt: NOW })).toBe(
      "no_objection",
    );
  });
});

describe("WhatsApp", () => {
  const asked = { channel: "whatsapp", purpose: "transactional" } as const;
  it("needs an opt-in even for what concerns a booking, unless the person wrote first", () => {
    expect(outcome(asked)).toBe("no_whatsapp_opt_in");
    expect(outcome({ ...asked, hasOpenWindow: true })).toBe("open_window");
    expect(outcome({ ...asked, purpose: "service", isAnswer: true })).toBe("answer");
    expect(outcome({ ...asked, hasChannelOptIn: true })).toBe("channel_opt_in");
    expect(outcome({ ...asked, statement: said("granted") })).toBe("granted");
  });
});

describe("an answer", () => {
  it("reaches who ended service messages and asked all the same", () => {
    const asked = { purpose: "service", statement: said("withdrawn") } as const;
    expect(outcome(asked)).toBe("withdrawn");
    expect(outcome({ ...asked, isAnswer: true })).toBe("answer");
    expect(outcome({ purpose: "marketing", statement: said("withdrawn"), isAnswer: true })).toBe("withdrawn");
  });
});

describe("measuring", () => {
  it("needs a yes in Europe and none in America", () => {
    expect(outcome({ purpose: "tracking" })).toBe("none_on_record");
    expect(outcome({ purpose: "tracking", countries: ["US"] })).toBe("no_objection");
    expect(outcome({ purpose: "tracking", statement: said("granted") })).toBe("granted");
  });
});

const arbitraryFacts = fc.record({
  now: fc.constant(NOW),
  channel: fc.constantFrom(...CHANNELS),
  purpose: fc.constantFrom(...PURPOSES),
  countries: fc.array(fc.constantFrom("DE", "AT", "CH", "NL", "GB", "FR", "US", "CA", "BR"), { maxLength: 3 }),
  statement: fc.option(
    fc.record({
      id: fc.constant("c1"),
      state: fc.constantFrom("granted" as const, "withdrawn" as const, "denied" as const),
      basis: fc.constantFrom("consent" as const, "existing_customer" as const),
      at: fc.integer({ min: 0, max: NOW }),
    }),
  ),
  hasChannelOptIn: fc.boolean(),
  hasOpenWindow: fc.boolean(),
  isAnswer: fc.boolean(),
  hasPostalAddress: fc.boolean(),
  pausedUntil: fc.option(fc.integer({ min: 0, max: 2 * NOW })),
  everyDays: fc.option(fc.constantFrom(7, 30)),
  lastSuchAt: fc.option(fc.integer({ min: 0, max: NOW })),
});

describe("whatever the facts", () => {
  it("a no on record is never got around", () => {
    fc.assert(
      fc.property(arbitraryFacts, (any) => {
        if (any.statement === null || any.statement.state === "granted") return;
        if (any.isAnswer && any.purpose === "service") return;
        expect(consentVerdict(any)).toMatchObject({ kind: "blocked", block: any.statement.state });
      }),
    );
  });

  it("one more country never allows what was forbidden", () => {
    fc.assert(
      fc.property(arbitraryFacts, fc.constantFrom("DE", "US", "CA", "BR"), (any, country) => {
        if (any.countries.length === 0 || consentVerdict(any).kind === "allowed") return;
        expect(consentVerdict({ ...any, countries: [...any.countries, country] }).kind).toBe("blocked");
      }),
    );
  });

  it("a new yes never forbids what was allowed without one", () => {
    fc.assert(
      fc.property(arbitraryFacts, (any) => {
        if (any.statement !== null || consentVerdict(any).kind === "blocked") return;
        expect(consentVerdict({ ...any, statement: said("granted") }).kind).toBe("allowed");
      }),
    );
  });

  it("advertising to somebody unknown goes only where no yes is needed", () => {
    fc.assert(
      fc.property(arbitraryFacts, (any) => {
        const verdict = consentVerdict({ ...any, statement: null });
        if (!isAdvertising(any.purpose) || verdict.kind === "blocked") return;
        expect(any.channel).toBe("email");
        expect(any.countries.length).toBeGreaterThan(0);
        expect(any.countries.every((country) => rulePackOf(country).id === "US")).toBe(true);
      }),
    );
  });
});

describe("the confirmation of an opt-out", () => {
  const suppression = { reason: "opt_out_word", at: NOW };
  const asked = { sourceName: OPT_OUT_CONFIRMATION, suppression, now: NOW + CONFIRMATION_WITHIN_MS };
  it("may go for five minutes, for this reason and nothing else", () => {
    expect(mayConfirmOptOut(asked)).toBe(true);
    expect(mayConfirmOptOut({ ...asked, now: asked.now + 1 })).toBe(false);
    expect(mayConfirmOptOut({ ...asked, sourceName: "newsletter" })).toBe(false);
    expect(mayConfirmOptOut({ ...asked, suppression: { ...suppression, reason: "complaint" } })).toBe(false);
  });
});
