import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import {
  allRows,
  deviceMessages,
  inMutation,
  NOON,
  queueText,
  rowOf,
  runJobs,
  type Convex,
} from "../../../tests/support/delivery";
import { deliverMail, deliverText, mail, makeInbox, MAX_MAIL, type Inbox } from "../../../tests/support/inbox";
import { mailWithLink } from "../../../tests/support/links";
import { api } from "../../_generated/api";
import { consentOf, recordConsent } from "../../contacts/consents/model";
import { suppressionOf } from "../../contacts/suppressions/model";
import { unsubscribeMailToken } from "../../delivery/model/unsubscribeLinks";
import { sha256Hex } from "../../lib/crypto";
import type { Purpose } from "../../lib/closedSets";

const FROM = "+4915112345678";

let t: Convex;
let inbox: Inbox;
let sent = 0;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  inbox = await makeInbox(t);
});
afterEach(() => vi.useRealTimers());

const text = async (words: string, channel: "sms" | "whatsapp" = "sms") =>
  await deliverText(t, inbox, { from: FROM, text: words, id: `t${(sent += 1)}`, channel });
const consent = (purpose: Purpose, channel: "email" | "sms" | "whatsapp" = "sms") =>
  inMutation(t, (ctx) => consentOf(ctx, inbox.contactId, channel, purpose));
const say = (purpose: Purpose, state: "granted" | "withdrawn", channel: "sms" | "whatsapp" = "sms") =>
  inMutation(t, (ctx) =>
    recordConsent(ctx, {
      orgId: inbox.orgId,
      contactId: inbox.contactId,
      channel,
      purpose,
      state,
      wordingVersion: "1",
      source: "form",
      at: NOON - 1_000,
    }),
  );
const toCustomer = async () => (await deviceMessages(t)).filter(({ direction }) => direction === "to_customer");
const teamLines = async () =>
  (await allRows(t, "messages")).filter(({ messageType }) => messageType === "system_notification").map((m) => m.text);
const suppressed = (purpose: Purpose, channel: "email" | "sms" | "whatsapp" = "sms") =>
  inMutation(t, async (ctx) => {
    const address = channel === "email" ? "max@example.org" : FROM;
    return (await suppressionOf(ctx, { orgId: inbox.orgId, channel, address, purpose }))?.reason ?? null;
  });

describe("STOP", () => {
  it("on SMS ends every text, with the words in the ledger, and is confirmed once", async () => {
    await say("marketing", "granted");
    await text("Stopp!");
    expect(await Promise.all([consent("marketing"), consent("transactional")])).toEqual(["withdrawn", "withdrawn"]);
    expect(await suppressed("transactional")).toBe("opt_out_word");
    expect(await suppressed("marketing", "email")).toBeNull();
    const ledger = (await allRows(t, "consents")).filter(({ source }) => source !== "form");
    expect(ledger).toHaveLength(4);
    expect(ledger[0]).toMatchObject({ wordingText: "Nachricht der Person: „Stopp!“", actor: { kind: "contact" } });
    expect((await toCustomer()).map((message) => message.text)).toEqual([
      "Segelschule Haff: Sie erhalten keine SMS mehr von uns. Mit START erhalten Sie wieder welche.",
    ]);
    await text("STOP");
    await text("stop.");
    expect(await toCustomer()).toHaveLength(1);
    expect(await allRows(t, "consents")).toHaveLength(5);
  });

  it("is silent afterwards: the next text is skipped, whatever it is for", async () => {
    await text("STOP");
    const { queueId } = await queueText(t, inbox, { channel: "sms" });
    await runJobs(t);
    expect((await rowOf(t, queueId)).state).toMatchObject({ kind: "skipped", reason: "suppressed" });
  });

  it("on WhatsApp ends advertising there, and nothing else", async () => {
    await text("STOP", "whatsapp");
    expect(await suppressed("marketing", "whatsapp")).toBe("opt_out_word");
    expect(await suppressed("transactional", "whatsapp")).toBeNull();
    expect(await suppressed("marketing")).toBeNull();
    expect((await toCustomer()).map((message) => message.text)).toEqual([
      "Segelschule Haff: Sie erhalten keine Werbung mehr per WhatsApp. Mit START erhalten Sie wieder welche.",
    ]);
  });
});

describe("START", () => {
  it("brings back what STOP ended and nothing else", async () => {
    await say("marketing", "granted");
    await say("service", "withdrawn");
    await text("STOP");
    vi.setSystemTime(NOON + 60_000);
    await text("START");
    expect(
      await Promise.all([consent("marketing"), consent("transactional"), consent("service"), consent("review")]),
    ).toEqual(["granted", "granted", "withdrawn", "withdrawn"]);
    expect(await suppressed("transactional")).toBeNull();
    expect((await toCustomer()).at(-1)?.text).toBe(
      "Segelschule Haff: Sie erhalten wieder SMS von uns. Abmelden mit STOPP.",
    );
  });

  it("lifts neither a complaint nor what a member put on the list", async () => {
    await inMutation(t, async (ctx) => {
      const row = { orgId: inbox.orgId, channel: "sms", address: FROM, at: NOON } as const;
      await ctx.db.insert("suppressions", { ...row, purpose: "marketing", reason: "manual" });
    });
    await text("STOP");
    await text("START");
    expect(await suppressed("marketing")).toBe("manual");
    expect(await suppressed("transactional")).toBeNull();
  });

  it("is an ordinary message where nothing was ended", async () => {
    await text("Start");
    expect((await allRows(t, "messages")).map(({ isAutomatic }) => isAutomatic)).toEqual([false]);
    expect(await allRows(t, "consents")).toEqual([]);
  });
});

describe("other words", () => {
  it("HELP is answered with who writes and how to end it, once a day, and stays a message", async () => {
    await text("Hilfe");
    // The jobs of the first one included its deadline, a day later.
    vi.setSystemTime(NOON + 60_000);
    await text("HELP");
    expect((await toCustomer()).map((message) => message.text)).toEqual([
      "Segelschule Haff: Hilfe unter info@haff.example. Abmelden mit STOPP.",
    ]);
    expect((await allRows(t, "messages")).every(({ isAutomatic }) => !isAutomatic)).toBe(true);
    vi.setSystemTime(NOON + 24 * 60 * 60 * 1000);
    await text("Hilfe");
    expect(await toCustomer()).toHaveLength(2);
  });

  it("JA confirms a sign-up that waits for it, and is a message otherwise", async () => {
    await text("Ja");
    expect(await consent("marketing")).toBe("unknown");
    const { orgId, contactId } = inbox;
    await inbox.as.mutation(api.tracking.optIn.mutations.request, { orgId, contactId, channel: "sms", topic: "news" });
    await runJobs(t);
    await text("JA!");
    const granted = (await allRows(t, "consents")).find(({ state }) => state === "granted");
    expect(granted).toMatchObject({ topic: "news", source: "double-opt-in", proof: { evidence: "JA!" } });
    expect(await teamLines()).toEqual(["Anmeldung per Antwort bestätigt."]);
  });

  it("CANCEL with a booking ahead is a question to the team and ends nothing", async () => {
    const booking = {
      kind: "sequence",
      sequenceId: "s",
      enrolmentId: "e",
      stepId: "1",
      stepRunId: "r",
      bookingId: "b",
    } as const;
    await inMutation(t, async (ctx) => {
      const { queueId } = await import("../../delivery/model").then(async ({ enqueue }) =>
        enqueue(ctx, {
          orgId: inbox.orgId,
          lane: "transactional",
          channel: "sms",
          contactId: inbox.contactId,
          purpose: "transactional",
          source: { kind: "system", name: "test" },
          content: { kind: "finished", text: "Erinnerung", fileIds: [] },
          dueAt: NOON + 86_400_000 * 300,
          idempotencyKey: "reminder",
        }),
      );
      await ctx.db.patch("messageQueue", queueId, { source: booking });
    });
    const body = JSON.stringify({ from: FROM, text: "Cancel", channel: "sms", providerMessageId: "c1", at: NOON });
    await inMutation(t, async (ctx) => {
      const { storeRawEvent } = await import("../../intake/model");
      const event = { kind: "sms_sandbox", sourceId: inbox.smsChannelId, dedupeKey: "c1" } as const;
      await storeRawEvent(ctx, { orgId: inbox.orgId, ...event, body: { kind: "text", text: body } });
    });
    vi.advanceTimersByTime(1);
    await t.finishInProgressScheduledFunctions();
    expect(await suppressed("transactional")).toBeNull();
    expect((await allRows(t, "messages")).find(({ messageType }) => messageType === "incoming")?.isAutomatic).toBe(
      false,
    );
    expect(await teamLines()).toEqual([
      "Das kann eine Absage, Kündigung oder Abmeldung sein: bitte klären. Storniert wurde nichts.",
    ]);
  });

  it("a wish in one's own words stops advertising for now and goes to the team", async () => {
    await text("Bitte keine Nachrichten mehr, danke");
    expect(await suppressed("marketing")).toBe("revocation");
    expect(await suppressed("transactional")).toBeNull();
    expect(await consent("marketing")).toBe("unknown");
    expect(await teamLines()).toHaveLength(1);
    expect((await allRows(t, "messages"))[0]?.isAutomatic).toBe(false);
  });
});

describe("an e-mail", () => {
  it("with nothing but a stop word ends advertising by e-mail", async () => {
    await deliverMail(t, inbox, mail(MAX_MAIL, "Abmelden"));
    expect(await Promise.all([consent("marketing", "email"), suppressed("marketing", "email")])).toEqual([
      "withdrawn",
      "opt_out_word",
    ]);
    expect(await suppressed("transactional", "email")).toBeNull();
  });

  it("to the unsubscribe address ends its topic, in whatever case the address comes", async () => {
    await mailWithLink(t, inbox, "a-token");
    const address = `UNSUB+${unsubscribeMailToken(await sha256Hex("a-token")).toUpperCase()}@haff.example`;
    const headers = { ...MAX_MAIL, To: address, Subject: "unsubscribe", "Auto-Submitted": "auto-generated" };
    await deliverMail(t, inbox, mail(headers, ""));
    const ledger = await allRows(t, "consents");
    expect(ledger).toMatchObject([{ state: "withdrawn", topic: "news", channel: "email" }]);
    expect(await teamLines()).toEqual(["Abgemeldet über die Abmeldeadresse einer E-Mail."]);
  });

  it("that talks about stopping is a message", async () => {
    await deliverMail(t, inbox, mail(MAX_MAIL, "Wir stoppen kurz in Anklam, passt das?"));
    expect(await allRows(t, "consents")).toEqual([]);
  });
});

describe("a stop word of the organisation's own", () => {
  const setWords = async (words: string[]) =>
    await inbox.as.mutation(api.inbox.mutations.setStopWords, { orgId: inbox.orgId, words });

  it("ends texts and advertising by mail like the built-in ones, and no more once it is taken away", async () => {
    await text("Basta!");
    expect(await suppressed("transactional")).toBeNull();
    await setWords(["BASTA", "basta", "Schluss jetzt"]);
    expect(await inbox.as.query(api.inbox.queries.stopWords, { orgId: inbox.orgId })).toEqual([
      "basta",
      "schluss jetzt",
    ]);
    await setWords([]);
    await text("Basta!");
    expect(await suppressed("transactional")).toBeNull();
    await setWords(["basta"]);
    await text("Basta!");
    expect(await suppressed("transactional")).toBe("opt_out_word");
    await deliverMail(t, inbox, mail(MAX_MAIL, "Basta"));
    expect(await suppressed("marketing", "email")).toBe("opt_out_word");
  });

  it("is refused when it means something else", async () => {
    await expect(setWords(["ja"])).rejects.toThrow("another meaning");
    await expect(setWords(Array.from({ length: 31 }, (_, i) => `wort${i}`))).rejects.toThrow("At most 30");
  });
});
