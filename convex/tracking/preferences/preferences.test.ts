import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import {
  agreeToWhatsApp,
  allRows,
  asAdmin,
  inMutation,
  makeWorkspace,
  NOON,
  queueText,
  rowOf,
  runJobs,
  type Convex,
  type Workspace,
} from "../../../tests/support/delivery";
import { mailWithLink, postForm } from "../../../tests/support/links";
import { api } from "../../_generated/api";
import { consentOf, recordConsent } from "../../contacts/consents/model";
import { suppress } from "../../contacts/suppressions/model";

// Whatever reacts to the events is tested where it lives.
vi.mock("../../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

const TOKEN = "token-of-this-test";
const PATH = `/p/${TOKEN}`;

let t: Convex;
let workspace: Workspace;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  workspace = await makeWorkspace(t);
  await mailWithLink(t, workspace, TOKEN);
});
afterEach(() => vi.useRealTimers());

const get = async (query = "") => await (await t.fetch(PATH + query, { method: "GET" })).text();

/** The form as the page has it, with what the person changes: "want" and "don't want" boxes, and other fields. */
async function submit({
  check = [],
  uncheck = [],
  ...fields
}: { check?: string[]; uncheck?: string[]; pause?: string; often?: string } = {}) {
  const page = await get();
  const boxes = [...page.matchAll(/name="want" value="([^"]+)"( checked)?( disabled)?/g)];
  const shown = [...page.matchAll(/name="shown" value="([^"]+)"/g)].map(([, value]) => value ?? "");
  const wanted = boxes.filter(([, , on, off]) => on && !off).map(([, value]) => value ?? "");
  const body = new URLSearchParams({ pause: "keep", often: "0", ...fields });
  for (const value of shown) body.append("shown", value);
  for (const value of [...wanted.filter((each) => !uncheck.includes(each)), ...check]) body.append("want", value);
  const metadata = { ip: "203.0.113.7", userAgent: "Testbrowser/1.0" };
  const response = await t.withRequestMetadata(metadata).fetch(PATH, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: body.toString(),
  });
  return await response.text();
}
const consent = (topic: string, channel: "email" | "sms" = "email", purpose: "marketing" | "review" = "marketing") =>
  inMutation(t, (ctx) => consentOf(ctx, workspace.contactId, channel, purpose, topic));
const states = async () => (await allRows(t, "consents")).map(({ state }) => state);
const say = (state: "granted" | "withdrawn", topic?: string) =>
  inMutation(t, (ctx) =>
    recordConsent(ctx, {
      orgId: workspace.orgId,
      contactId: workspace.contactId,
      channel: "email",
      purpose: "marketing",
      topic,
      state,
      wordingVersion: "1",
      source: "form",
      at: NOON - 1,
    }),
  );

describe("the preference page", () => {
  it("shows what counts, in the person's language or the one they choose, and changes nothing", async () => {
    await say("granted", "news");
    const page = await get();
    expect(page).toContain("<h1>Ihre Einstellungen</h1>");
    expect(page).toContain('value="news/email" checked');
    expect(page).not.toContain('value="reviews/email" checked');
    expect(page).toContain('value="bookings/email" checked disabled');
    expect(page).toContain("Zugestimmt");
    expect(page).not.toContain("<script");
    expect(await get("?lang=en")).toContain("<h1>Your preferences</h1>");
    expect(await get("?lang=nl")).toContain("<h1>Uw voorkeuren</h1>");
    expect(await states()).toEqual(["granted"]);
  });

  it("hides other addresses from whoever has the link", async () => {
    const page = await get();
    expect(page).not.toContain("+4915112345678");
    expect(page).toContain("+49 ••• 678");
    expect(page).toContain("m•••@example.org");
  });

  it("saves nothing when nothing was changed", async () => {
    await say("granted", "news");
    expect(await submit()).toContain("Es hat sich nichts geändert.");
    expect(await states()).toEqual(["granted"]);
  });

  it("records each change with the words, the page and who called", async () => {
    await say("granted");
    const page = await submit({ check: ["reviews/email"], uncheck: ["news/email"] });
    expect(page).toContain("Ihre Einstellungen sind gespeichert.");
    expect([await consent("news"), await consent("reviews", "email", "review")]).toEqual(["withdrawn", "granted"]);
    const [, ...rows] = await allRows(t, "consents");
    expect(rows).toMatchObject([
      {
        state: "withdrawn",
        topic: "news",
        source: "preference-page",
        wordingText:
          "Segelschule Haff soll mir per E-Mail keine Nachrichten zum Thema „Angebote und Neuigkeiten“ mehr schicken.",
        proof: { ip: "203.0.113.7", userAgent: "Testbrowser/1.0" },
      },
      { state: "granted", topic: "reviews", wordingVersion: "preference_yes/de/1" },
    ]);
    expect(JSON.stringify(rows)).not.toContain(TOKEN);
  });

  it("subscribes again what an unsubscribe link ended", async () => {
    await say("granted", "news");
    await postForm(t, `/u/${TOKEN}`, { "List-Unsubscribe": "One-Click" });
    expect(await get()).not.toContain('value="news/email" checked');
    await submit({ check: ["news/email"] });
    expect(await consent("news")).toBe("granted");
    const { queueId } = await queueText(t, workspace, { purpose: "marketing", lane: "marketing" });
    await runJobs(t);
    expect((await rowOf(t, queueId)).state.kind).toBe("delivered");
  });

  it("asks for a confirmation from an address the link did not go to", async () => {
    const page = await submit({ check: ["news/sms"] });
    expect(page).toContain("Wir haben Ihnen eine Nachricht zur Bestätigung geschickt.");
    expect(page).toContain("wartet auf Ihre Bestätigung");
    expect(await consent("news", "sms")).toBe("unknown");
    const asked = (await allRows(t, "messageQueue")).find(({ channel }) => channel === "sms");
    expect(asked).toMatchObject({ purpose: "transactional", to: { sms: "+4915112345678" } });
  });

  it("leaves alone what it did not show, what belongs to a booking and what cannot be reached", async () => {
    const scope = { orgId: workspace.orgId, channel: "sms", address: "+4915112345678" } as const;
    await inMutation(t, (ctx) => suppress(ctx, { ...scope, reason: "hard_bounce" }));
    const forged = { shown: "bookings/email", want: "news/sms" };
    await postForm(t, PATH, { ...forged, pause: "keep", often: "0" });
    expect(await states()).toEqual([]);
    expect(await get()).toContain("kann gerade nicht erreicht werden");
  });

  it("keeps a yes for WhatsApp apart, and can end it", async () => {
    await agreeToWhatsApp(t, workspace);
    expect(await get()).toContain('value="bookings/whatsapp" checked');
    await submit({ uncheck: ["bookings/whatsapp"] });
    expect(await get()).not.toContain('value="bookings/whatsapp" checked');
  });
});

describe("a break", () => {
  it("holds back advertising until it is over, and nothing else", async () => {
    await say("granted");
    await submit({ pause: "30" });
    expect(await get()).toContain("Pause bis 11. Juni 2026");
    expect(new Set(await states())).toEqual(new Set(["granted", "paused"]));
    const advert = await queueText(t, workspace, { purpose: "marketing", lane: "marketing", idempotencyKey: "a" });
    const booking = await queueText(t, workspace, { idempotencyKey: "b" });
    await runJobs(t);
    expect((await rowOf(t, advert.queueId)).state).toMatchObject({ kind: "skipped", reason: "no_consent" });
    expect((await rowOf(t, booking.queueId)).state.kind).toBe("delivered");
    await submit({ pause: "end" });
    const after = await queueText(t, workspace, { purpose: "marketing", lane: "marketing", idempotencyKey: "c" });
    await runJobs(t);
    expect((await rowOf(t, after.queueId)).state.kind).toBe("delivered");
  });

  it("can be a rhythm instead: at most one in so many days", async () => {
    await say("granted");
    await submit({ often: "7" });
    expect(await get()).toContain('<option value="7" selected>');
    const second = await queueText(t, workspace, { purpose: "marketing", lane: "marketing", idempotencyKey: "a" });
    await runJobs(t);
    // The mail with the link went a moment ago.
    expect((await rowOf(t, second.queueId)).state).toMatchObject({ kind: "skipped", reason: "no_consent" });
    const decisions = await allRows(t, "decisions");
    expect(decisions.find(({ rule }) => rule === "no_consent")?.inputs).toMatchObject({ detail: "frequency_wish" });
  });
});

describe("unsubscribing from everything", () => {
  it("ends all advertising by every channel and leaves bookings alone", async () => {
    await say("granted");
    await postForm(t, PATH, { all: "end" });
    expect([await consent("news"), await consent("news", "sms"), await consent("reviews", "email", "review")]).toEqual([
      "withdrawn",
      "withdrawn",
      "withdrawn",
    ]);
    expect(await get()).toContain('value="bookings/email" checked disabled');
  });
});

describe("a link", () => {
  it("is made by a member, works, and is nowhere to be read again", async () => {
    const { orgId, contactId } = workspace;
    const url = await asAdmin(t).mutation(api.tracking.preferences.mutations.createLink, { orgId, contactId });
    const path = new URL(url).pathname;
    expect((await t.fetch(path, { method: "GET" })).status).toBe(200);
    const token = path.split("/").at(-1) ?? "";
    expect(JSON.stringify(await allRows(t, "unsubscribeTokens"))).not.toContain(token);
    expect((await t.fetch("/p/nonsense", { method: "GET" })).status).toBe(404);
    expect((await postForm(t, "/p/nonsense")).status).toBe(404);
  });

  it("that is pressed again and again is slowed down", async () => {
    const answers = [];
    for (let i = 0; i < 35; i++) answers.push((await postForm(t, PATH, { pause: "keep", often: "0" })).status);
    expect(answers).toContain(429);
  });
});
