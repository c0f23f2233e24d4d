import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { allRows, inMutation, makeWorkspace, NOON, type Convex, type Workspace } from "../../tests/support/delivery";
import { mailWithLink, postForm } from "../../tests/support/links";
import { consentOf } from "../contacts/consents/model";
import { suppressionOf } from "../contacts/suppressions/model";
import type { Purpose } from "../lib/closedSets";

// Whatever reacts to the events is tested where it lives.
vi.mock("../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

const TOKEN = "token-of-this-test";

let t: Convex;
let workspace: Workspace;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  workspace = await makeWorkspace(t);
  await mailWithLink(t, workspace, TOKEN);
});
afterEach(() => vi.useRealTimers());

const consent = (topic?: string) =>
  inMutation(t, (ctx) => consentOf(ctx, workspace.contactId, "email", "marketing", topic));
const suppressed = (purpose: Purpose, topic?: string) =>
  inMutation(t, async (ctx) => {
    const scope = { orgId: workspace.orgId, channel: "email", address: "max@example.org", purpose, topic } as const;
    return (await suppressionOf(ctx, scope))?.reason ?? null;
  });
const oneClick = (init: RequestInit = {}) =>
  t.fetch(`/u/${TOKEN}`, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: "List-Unsubscribe=One-Click",
    ...init,
  });

describe("the unsubscribe link", () => {
  it("asks on GET in the organisation's language and changes nothing, however often a scanner looks", async () => {
    for (let i = 0; i < 50; i++) expect((await t.fetch(`/u/${TOKEN}`, { method: "GET" })).status).toBe(200);
    const page = await (await t.fetch(`/u/${TOKEN}`, { method: "GET" })).text();
    expect(page).toContain("Ja, abmelden");
    expect(page).toContain("max@example.org");
    expect(page).toContain("Angebote und Neuigkeiten");
    expect(await (await t.fetch(`/u/${TOKEN}?lang=nl`, { method: "GET" })).text()).toContain("Ja, afmelden");
    expect(await consent("news")).toBe("unknown");
    expect(await allRows(t, "consents")).toEqual([]);
    expect(await suppressed("marketing", "news")).toBeNull();
  });

  it.each([
    ["urlencoded", {}],
    [
      "multipart",
      {
        headers: { "Content-Type": "multipart/form-data; boundary=x" },
        body: '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
      },
    ],
    ["with nothing in it", { headers: {}, body: undefined }],
  ])("unsubscribes on a POST that is %s: at once, without cookie, login or redirect", async (_, init) => {
    const response = await oneClick(init);
    expect(response.status).toBe(200);
    expect(response.headers.get("Set-Cookie")).toBeNull();
    expect(await consent("news")).toBe("withdrawn");
    expect(await suppressed("marketing", "news")).toBe("unsubscribed");
  });

  it("ends its own topic: others, and transactional mail, go on", async () => {
    await oneClick();
    expect(await consent()).toBe("unknown");
    expect(await suppressed("marketing", "offers")).toBeNull();
    expect(await suppressed("transactional", "bookings")).toBeNull();
  });

  it("writes one entry however often it is called, with what was shown and who called", async () => {
    await postForm(t, `/u/${TOKEN}`, { "List-Unsubscribe": "One-Click" });
    await postForm(t, `/u/${TOKEN}`, { "List-Unsubscribe": "One-Click" });
    expect(await allRows(t, "consents")).toMatchObject([
      {
        state: "withdrawn",
        topic: "news",
        source: "unsubscribe-link",
        wordingText: "Solche Nachrichten abbestellen (Angebote und Neuigkeiten, E-Mail).",
        actor: { kind: "contact", contactId: workspace.contactId },
        proof: { ip: "203.0.113.7", userAgent: "Testbrowser/1.0" },
      },
    ]);
    expect(JSON.stringify(await allRows(t, "consents"))).not.toContain(TOKEN);
  });

  it("takes it back at the press of a button, with a new entry", async () => {
    await oneClick();
    const response = await postForm(t, `/u/${TOKEN}`, { undo: "yes" });
    expect(await response.text()).toContain("schickt wieder Nachrichten zum Thema");
    expect(await consent("news")).toBe("granted");
    expect(await suppressed("marketing", "news")).toBeNull();
    expect((await allRows(t, "consents")).map(({ state }) => state)).toEqual(["withdrawn", "granted"]);
    expect(await allRows(t, "suppressions")).toMatchObject([{ removalReason: "unsubscribe-undo" }]);
  });

  it("does not lift what is not the person's own to lift", async () => {
    await inMutation(t, async (ctx) => {
      const row = { orgId: workspace.orgId, channel: "email", address: "max@example.org", at: NOON } as const;
      await ctx.db.insert("suppressions", { ...row, purpose: "marketing", reason: "complaint" });
    });
    await oneClick();
    await postForm(t, `/u/${TOKEN}`, { undo: "yes" });
    expect(await suppressed("marketing", "news")).toBe("complaint");
  });

  it("says so when the token is not known, and stops a flood", async () => {
    expect((await t.fetch("/u/nonsense", { method: "POST" })).status).toBe(404);
    expect((await t.fetch("/u/nonsense", { method: "GET" })).status).toBe(404);
    const responses = [];
    for (let i = 0; i < 40; i++) responses.push(await oneClick());
    const refused = responses.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get("Retry-After"))).toBeGreaterThan(0);
  });
});
