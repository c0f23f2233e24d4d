import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_TEXT_MESSAGE_CHARS, shortText, simplified, summaryOf } from "./content";
import { groupOf } from "./groups";
import { hash32, SHARD_COUNT, seededUnit, shardOf } from "./hash";
import { emailHeaders, wantsUnsubscribe } from "./headers";
import { factsOf } from "./render";
import { MESSAGE_STATES, QUEUE_GROUPS } from "./schema";

describe("text for channels without layout", () => {
  it("takes the short body, fills it and tidies it", () => {
    const template = { body: "lang", shortBody: "Hallo {{firstName}},\r\n\r\n\r\n\r\nbis morgen!  \n", variables: [] };
    expect(shortText(template, { firstName: "Eva" })).toBe("Hallo Eva,\n\nbis morgen!");
    expect(shortText({ ...template, shortBody: undefined }, {})).toBe("lang");
  });

  it("never grows beyond what providers take, nor cuts a character in half", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1_000, maxLength: 3_000 }), (text) => {
        const result = simplified(text);
        expect(Array.from(result).length).toBeLessThanOrEqual(MAX_TEXT_MESSAGE_CHARS);
        // A lone surrogate cannot be encoded.
        expect(() => encodeURIComponent(result)).not.toThrow();
      }),
      { seed: 3, numRuns: 50 },
    );
  });

  it("shows the start of the text where there is no subject", () => {
    expect(summaryOf(" ", "Guten\n\nTag")).toBe("Guten Tag");
    expect(summaryOf("x".repeat(300), "").length).toBe(120);
  });
});

describe("facts of a booking mail", () => {
  it("are labelled in the mail's language and leave out what is unknown", () => {
    const values = { eventName: "Segeln", eventDate: "9. Mai", eventTime: "10:00 MESZ" };
    expect(factsOf(values, "de-DE")).toEqual([
      { label: "Termin", value: "Segeln" },
      { label: "Beginn", value: "9. Mai, 10:00 MESZ" },
    ]);
    expect(factsOf(values, "fr")[0]?.label).toBe("Event");
  });
});

describe("e-mail headers", () => {
  const sent = { channel: "email", purpose: "marketing", sourceKind: "sequence" } as const;

  it("offer one-click unsubscribe verbatim where a person may say no", () => {
    expect(wantsUnsubscribe(sent)).toBe(true);
    expect(emailHeaders(sent, { url: "https://x.example/u/t" })).toMatchObject({
      "List-Unsubscribe": "<https://x.example/u/t>",
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    });
    expect(wantsUnsubscribe({ ...sent, purpose: "transactional" })).toBe(false);
    expect(wantsUnsubscribe({ ...sent, channel: "sms" })).toBe(false);
  });

  it("say that no person wrote it, except under an agent's answer", () => {
    expect(emailHeaders(sent, undefined)).toEqual({
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "All",
    });
    expect(emailHeaders({ ...sent, sourceKind: "agent" }, undefined)).toEqual({});
  });
});

describe("shards and groups", () => {
  it("spread contacts over all shards, the same one each time", () => {
    const shards = Array.from({ length: 400 }, (_, i) => shardOf(`contact${i}`));
    for (let shard = 0; shard < SHARD_COUNT; shard++) {
      expect(shards.filter((each) => each === shard).length).toBeGreaterThan(60);
    }
    expect(shardOf("contact7")).toBe(shards[7]);
    expect(hash32("")).not.toBe(hash32("a"));
    expect(seededUnit("a")).toBeLessThan(1);
  });

  it("put every state under one heading", () => {
    for (const kind of MESSAGE_STATES) expect(QUEUE_GROUPS).toContain(groupOf(kind));
  });
});
