import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normaliseSubject } from "../intake/email/subject";
import { SUBJECT_WINDOW_MS, cappedReferences, decideThread, type Candidate, type ThreadingInput } from "./threading";

const NOW = Date.UTC(2026, 10, 20, 9);
const HOUR_MS = 3_600_000;

function thread(threadId: string, overrides: Partial<Candidate<string>> = {}): Candidate<string> {
  const base = { contactId: "erika", channelId: "info", channel: "email", subject: "Segelkurs" };
  return { threadId, ...base, lastMessageAt: NOW - HOUR_MS, ...overrides };
}

function mail(overrides: Partial<ThreadingInput<string>> = {}): ThreadingInput<string> {
  return {
    channel: "email",
    channelId: "info",
    contactId: "erika",
    subject: "AW: Segelkurs",
    now: NOW,
    byToken: null,
    inReplyTo: [],
    references: [],
    byRef: [],
    recent: [],
    ...overrides,
  };
}

const ref = (id: string, candidate: Candidate<string>, isMessage = true) => ({ ref: id, thread: candidate, isMessage });
const existing = (threadId: string, rule: string) => ({ kind: "existing", threadId, rule });

describe("decideThread, in order", () => {
  const everything = {
    byToken: thread("token"),
    inReplyTo: ["parent"],
    references: ["root", "middle"],
    byRef: [ref("parent", thread("parent")), ref("root", thread("root")), ref("middle", thread("middle"))],
    recent: [thread("subject")],
  };

  it("takes the token before anything else", () => {
    expect(decideThread(mail(everything))).toEqual(existing("token", "token"));
  });
  it("then In-Reply-To", () => {
    expect(decideThread(mail({ ...everything, byToken: null }))).toEqual(existing("parent", "in_reply_to"));
  });
  it("then the newest known id of References", () => {
    expect(decideThread(mail({ ...everything, byToken: null, inReplyTo: ["unknown"] }))).toEqual(
      existing("middle", "references"),
    );
  });
  it("then any older id of References", () => {
    const byRef = [ref("root", thread("root"))];
    expect(decideThread(mail({ ...everything, byToken: null, inReplyTo: [], byRef }))).toEqual(
      existing("root", "references"),
    );
  });
  it("then sender and subject", () => {
    expect(decideThread(mail({ recent: [thread("subject")] }))).toEqual(existing("subject", "subject"));
  });
  it("then opens a new thread", () => expect(decideThread(mail())).toEqual({ kind: "new", rule: "none" }));
});

describe("an id only named by another mail", () => {
  const byRef = [ref("newsletter", thread("other", { contactId: "max" }), false)];
  it("does not join two customers who answer the same newsletter", () => {
    expect(decideThread(mail({ inReplyTo: ["newsletter"], byRef }))).toEqual({ kind: "new", rule: "none" });
  });
  it("joins two mails of one sender that share the ancestor", () => {
    expect(decideThread(mail({ contactId: "max", references: ["newsletter"], byRef }))).toEqual(
      existing("other", "references"),
    );
  });
  it("loses to the thread that holds the message", () => {
    const both = [...byRef, ref("newsletter", thread("holder", { contactId: "eva" }))];
    expect(decideThread(mail({ contactId: "max", inReplyTo: ["newsletter"], byRef: both }))).toEqual(
      existing("holder", "in_reply_to"),
    );
  });
});

describe("a forwarded mail", () => {
  it.each(["WG: Segelkurs", "Fwd: Segelkurs", "Doorst: Segelkurs", "TR : Segelkurs", "WG: AW: Segelkurs"])(
    "%s opens a new thread in spite of references and subject",
    (subject) => {
      const input = mail({ subject, inReplyTo: ["m"], byRef: [ref("m", thread("old"))], recent: [thread("old")] });
      expect(decideThread(input)).toEqual({ kind: "new", rule: "forward" });
    },
  );
  it("stays where its token addresses it", () => {
    expect(decideThread(mail({ subject: "WG: Segelkurs", byToken: thread("t") }))).toEqual(existing("t", "token"));
  });
});

describe("sender and subject", () => {
  it.each<[string, Partial<Candidate<string>>]>([
    ["another sender", { contactId: "max" }],
    ["another mailbox", { channelId: "sales" }],
    ["another channel", { channel: "sms" }],
    ["another subject", { subject: "Rechnung" }],
    ["more than 14 days", { lastMessageAt: NOW - SUBJECT_WINDOW_MS - 1 }],
  ])("do not count across %s", (_, overrides) => {
    expect(decideThread(mail({ recent: [thread("x", overrides)] }))).toEqual({ kind: "new", rule: "none" });
  });
  it("count up to 14 days", () => {
    const recent = [thread("x", { lastMessageAt: NOW - SUBJECT_WINDOW_MS })];
    expect(decideThread(mail({ recent }))).toEqual(existing("x", "subject"));
  });
  it("do not count without a subject or without a sender", () => {
    expect(decideThread(mail({ subject: "AW:", recent: [thread("x", { subject: "" })] })).kind).toBe("new");
    expect(decideThread(mail({ contactId: null, recent: [thread("x", { contactId: null })] })).kind).toBe("new");
  });
  it("choose the newest of several", () => {
    const recent = [thread("old", { lastMessageAt: NOW - 5 * HOUR_MS }), thread("new")];
    expect(decideThread(mail({ recent }))).toEqual(existing("new", "subject"));
  });
});

describe("a text message", () => {
  const sms = { channel: "sms", channelId: "phone", subject: "" };
  const conversation = thread("sms", { channel: "sms", channelId: "phone", subject: "" });
  it("continues the sender's newest conversation on that number", () => {
    expect(decideThread(mail({ ...sms, recent: [thread("mail"), conversation] }))).toEqual(
      existing("sms", "conversation"),
    );
  });
  it("opens a new one after 14 days", () => {
    const stale = { ...conversation, lastMessageAt: NOW - SUBJECT_WINDOW_MS - 1 };
    expect(decideThread(mail({ ...sms, recent: [stale] }))).toEqual({ kind: "new", rule: "none" });
  });
});

const arbitraryThread = fc.record({
  threadId: fc.constantFrom("a", "b", "c", "d"),
  contactId: fc.constantFrom("erika", "max", null),
  channelId: fc.constantFrom("info", "sales"),
  channel: fc.constantFrom("email", "sms"),
  subject: fc.constantFrom("Segelkurs", "AW: Segelkurs", "Rechnung", ""),
  lastMessageAt: fc.integer({ min: NOW - 2 * SUBJECT_WINDOW_MS, max: NOW }),
});
const ids = fc.array(fc.constantFrom("m1", "m2", "m3"), { maxLength: 3 });
const arbitraryMail = fc.record({
  channel: fc.constantFrom("email", "sms"),
  channelId: fc.constantFrom("info", "sales"),
  contactId: fc.constantFrom("erika", "max", null),
  subject: fc.constantFrom("Segelkurs", "Re: Segelkurs", "WG: Segelkurs", ""),
  now: fc.constant(NOW),
  byToken: fc.option(arbitraryThread, { nil: null, freq: 5 }),
  inReplyTo: ids,
  references: ids,
  byRef: fc.array(
    fc.record({ ref: fc.constantFrom("m1", "m2", "m3"), thread: arbitraryThread, isMessage: fc.boolean() }),
    {
      maxLength: 4,
    },
  ),
  recent: fc.array(arbitraryThread, { maxLength: 5 }),
});

describe("for any evidence", () => {
  it("subject or habit joins only the same sender, channel and mailbox within the window", () => {
    fc.assert(
      fc.property(arbitraryMail, (input) => {
        const decision = decideThread(input);
        if (decision.kind !== "existing" || (decision.rule !== "subject" && decision.rule !== "conversation")) return;
        expect(input.contactId).not.toBeNull();
        const chosen = input.recent.filter(
          (each) =>
            each.threadId === decision.threadId &&
            each.contactId === input.contactId &&
            each.channel === input.channel &&
            each.channelId === input.channelId &&
            NOW - each.lastMessageAt <= SUBJECT_WINDOW_MS &&
            (input.channel !== "email" || normaliseSubject(each.subject) === normaliseSubject(input.subject)),
        );
        expect(chosen).not.toEqual([]);
      }),
      { seed: 20261120, numRuns: 2_000 },
    );
  });

  it("the order in which threads were found does not matter", () => {
    fc.assert(
      fc.property(arbitraryMail, (input) => {
        const times = new Set(input.recent.map((each) => each.lastMessageAt));
        fc.pre(times.size === input.recent.length);
        const reversed = { ...input, recent: input.recent.toReversed() };
        expect(decideThread(reversed)).toEqual(decideThread(input));
      }),
      { seed: 20261120, numRuns: 1_000 },
    );
  });
});

describe("cappedReferences", () => {
  it("keeps the first and the newest, without doubles", () => {
    const long = Array.from({ length: 50 }, (_, index) => `m${index}`);
    const capped = cappedReferences([...long, "m49"]);
    expect(capped).toHaveLength(20);
    expect(capped[0]).toBe("m0");
    expect(capped.at(-1)).toBe("m49");
    expect(cappedReferences(["a", "b", "a"])).toEqual(["a", "b"]);
  });
});
