import { describe, expect, it } from "vitest";
import { addMessage, fateOf, noDrillFigures, type DrillMessage } from "./fate";

const accepted = (connectionId = "a", rule = "channel_wish") => ({ connectionId, outcome: "accepted", rule });
const refused = (connectionId = "a") => ({ connectionId, outcome: "refused", rule: "channel_wish" });
const message = (changes: Partial<DrillMessage>): DrillMessage => ({
  state: "delivered",
  attempts: [accepted()],
  onDevices: 1,
  ...changes,
});

describe("the fate of a message", () => {
  it.each([
    ["first_time", {}],
    ["first_time", { attempts: [{ connectionId: "a", outcome: "released", rule: null }, accepted()] }],
    ["retried", { attempts: [refused(), refused(), accepted()] }],
    ["retried", { attempts: [{ connectionId: "a", outcome: "lost", rule: "channel_wish" }, accepted()] }],
    ["fell_back", { attempts: [refused("a"), accepted("b", "provider_choice")] }],
    ["fell_back", { attempts: [accepted("b", "provider_fallback")] }],
    ["fell_back", { attempts: [accepted("sms", "channel_fallback")] }],
    ["open", { state: "pending", attempts: [refused()] }],
    ["open", { state: "sending" }],
    ["open", { state: "held" }],
    ["in_doubt", { state: "unknown" }],
    ["dead", { state: "dead", attempts: [refused()] }],
    ["dead", { state: "bounced" }],
    ["stopped", { state: "skipped", attempts: [] }],
    ["stopped", { state: "cancelled", attempts: [] }],
  ] as const)("is %s for %j", (fate, changes) => expect(fateOf(message(changes))).toBe(fate));
});

describe("the figures", () => {
  const of = (...messages: DrillMessage[]) => messages.reduce(addMessage, noDrillFigures());

  it("count each message once, by its fate, with its tries", () => {
    const figures = of(message({}), message({ attempts: [refused(), accepted()] }), message({ state: "dead" }));
    expect(figures).toMatchObject({ messages: 3, attempts: 4, lost: 0, doubled: 0 });
    expect(figures.fates).toMatchObject({ first_time: 1, retried: 1, dead: 1, open: 0 });
  });

  it("tell what was lost and what arrived twice from the devices, not from the queue", () => {
    expect(of(message({ onDevices: 0 }))).toMatchObject({ lost: 1, doubled: 0 });
    expect(of(message({ onDevices: 2 }))).toMatchObject({ lost: 0, doubled: 1 });
    // Not through yet, or gone by a provider whose devices nobody sees.
    expect(of(message({ state: "pending", onDevices: 0 }), message({ onDevices: null }))).toMatchObject({
      lost: 0,
      doubled: 0,
    });
    expect(of(message({ state: "unknown", onDevices: 2 }))).toMatchObject({ doubled: 1 });
  });
});
