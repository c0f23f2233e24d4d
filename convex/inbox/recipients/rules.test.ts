import fc from "fast-check";
import { expect, it } from "vitest";
import { replyRecipients, tidyEnvelope } from "./rules";

const OWN = "info@haff.example";
const isOwn = (address: string) => address === OWN;
const at = (kind: "to" | "cc" | "bcc", ...addresses: string[]) => addresses.map((address) => ({ kind, address }));

it("answers whoever wrote last, and everybody else who stood in the mail when asked to", () => {
  const recipients = [...at("to", OWN, "eva@example.org"), ...at("cc", "chef@example.org", "max@example.org")];
  expect(replyRecipients({ from: "max@example.org", recipients }, isOwn)).toEqual({
    reply: { to: ["max@example.org"], cc: [], bcc: [] },
    replyAll: { to: ["max@example.org"], cc: ["eva@example.org", "chef@example.org"], bcc: [] },
  });
});

it("goes on to whom we wrote last, without our blind copies", () => {
  const recipients = [
    ...at("to", "max@example.org", "eva@example.org"),
    ...at("cc", "chef@example.org", OWN),
    ...at("bcc", "archiv@example.org"),
  ];
  expect(replyRecipients({ from: null, recipients }, isOwn)).toEqual({
    reply: { to: ["max@example.org", "eva@example.org"], cc: [], bcc: [] },
    replyAll: { to: ["max@example.org", "eva@example.org"], cc: ["chef@example.org"], bcc: [] },
  });
});

it("never names our own addresses, nor anybody twice, whatever the mail says", () => {
  const address = fc.constantFrom(OWN, "a@x.example", "b@x.example", "c@x.example");
  const recipients = fc.array(
    fc.record({ kind: fc.constantFrom("to" as const, "cc" as const, "bcc" as const), address }),
  );
  fc.assert(
    fc.property(fc.option(address), recipients, (from, list) => {
      for (const envelope of Object.values(replyRecipients({ from, recipients: list }, isOwn))) {
        const everybody = [...envelope.to, ...envelope.cc, ...envelope.bcc];
        expect(everybody).not.toContain(OWN);
        expect(new Set(everybody).size).toBe(everybody.length);
      }
    }),
  );
});

it("keeps everybody where they stand first", () => {
  expect(tidyEnvelope({ to: ["a", "a"], cc: ["a", "b"], bcc: ["b", "c"] })).toEqual({
    to: ["a"],
    cc: ["b"],
    bcc: ["c"],
  });
});
