import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import {
  allRows,
  asAdmin,
  inMutation,
  makeWorkspace,
  NOON,
  runJobs,
  type Convex,
  type Workspace,
} from "../../../tests/support/delivery";
import { postForm } from "../../../tests/support/links";
import { errorOf } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import { consentOf } from "../../contacts/consents/model";
import { MAX_SENDS, OPT_IN_LIFETIME_MS, RESEND_AFTER_MS } from "../../contacts/optIn/rules";
import { suppress, suppressionOf } from "../../contacts/suppressions/model";

// Whatever reacts to the events is tested where it lives.
vi.mock("../../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

let t: Convex;
let workspace: Workspace;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  workspace = await makeWorkspace(t);
});
afterEach(() => vi.useRealTimers());

const ask = async (channel: "email" | "sms" | "whatsapp" = "email", topic = "news") =>
  await asAdmin(t).mutation(api.tracking.optIn.mutations.request, {
    orgId: workspace.orgId,
    contactId: workspace.contactId,
    channel,
    topic,
  });
/** Paths of the links in everything that was queued, oldest first. */
const links = async () => {
  const bodies = await allRows(t, "messageBodies");
  return bodies.map(({ content }) => /\/c\/[\w-]+/.exec(content.kind === "finished" ? content.text : "")?.[0] ?? "");
};
const consent = (channel: "email" | "sms" | "whatsapp" = "email") =>
  inMutation(t, (ctx) => consentOf(ctx, workspace.contactId, channel, "marketing", "news"));
const states = async () => (await allRows(t, "consents")).map(({ state }) => state);

describe("a confirmation", () => {
  it("is asked for by a transactional mail with nothing but the question", async () => {
    expect(await ask()).toBe("sent");
    expect(await allRows(t, "messageQueue")).toMatchObject([
      { purpose: "transactional", lane: "critical", channel: "email", to: { email: "max@example.org" } },
    ]);
    expect(await states()).toEqual(["pending"]);
    expect(await consent()).toBe("unknown");
    await runJobs(t);
    const [mail] = await allRows(t, "sandboxMessages");
    expect(mail?.subject).toBe("Bitte bestätigen Sie: Angebote und Neuigkeiten");
    expect(mail?.text).toContain("per E-Mail Nachrichten zum Thema „Angebote und Neuigkeiten“");
    expect(mail?.html).toContain((await links())[0]);
  });

  it("comes by POST: GET shows the words, and changes nothing however often it is called", async () => {
    await ask();
    const [link = ""] = await links();
    for (let i = 0; i < 40; i++) expect((await t.fetch(link, { method: "GET" })).status).toBe(200);
    expect(await (await t.fetch(link, { method: "GET" })).text()).toContain("Ich kann das jederzeit widerrufen.");
    expect(await (await t.fetch(`${link}?lang=en`, { method: "GET" })).text()).toContain("Yes, confirm");
    expect(await states()).toEqual(["pending"]);
    expect((await postForm(t, link)).status).toBe(200);
    expect(await consent()).toBe("granted");
  });

  it("is one entry of the ledger with the words, both proofs and the request, and is not made twice", async () => {
    await ask();
    const [link = ""] = await links();
    await postForm(t, link);
    expect(await (await postForm(t, link)).text()).toContain("Ihre Bestätigung ist gespeichert");
    const [request] = await allRows(t, "optInRequests");
    const rows = await allRows(t, "consents");
    expect(rows).toMatchObject([
      { state: "pending", source: "agent", actor: { kind: "member" }, proof: { reference: request?._id } },
      {
        state: "granted",
        source: "double-opt-in",
        actor: { kind: "contact" },
        proof: { reference: request?._id, ip: "203.0.113.7", userAgent: "Testbrowser/1.0" },
      },
    ]);
    expect(rows[1]?.wordingText).toBe(rows[0]?.wordingText);
    expect(request?.queueIds).toEqual([(await allRows(t, "messageQueue"))[0]?._id]);
    expect(await ask()).toBe("known");
  });

  it("comes too late after seven days", async () => {
    await ask();
    const [link = ""] = await links();
    vi.setSystemTime(NOON + OPT_IN_LIFETIME_MS);
    expect((await postForm(t, link)).status).toBe(410);
    expect((await t.fetch(link, { method: "GET" })).status).toBe(410);
    expect(await consent()).toBe("unknown");
    expect(await ask()).toBe("sent");
  });

  it("is refused for links nobody made", async () => {
    expect((await t.fetch("/c/nonsense", { method: "GET" })).status).toBe(404);
    expect((await postForm(t, "/c/nonsense")).status).toBe(404);
  });
});

describe("asking again", () => {
  it("waits a while, then sends the same request with a link of its own; every link works", async () => {
    await ask();
    expect(await errorOf(ask())).toMatchObject({ code: "rate_limited" });
    vi.setSystemTime(NOON + RESEND_AFTER_MS);
    expect(await ask()).toBe("sent");
    expect(await allRows(t, "optInRequests")).toHaveLength(1);
    expect(await states()).toEqual(["pending"]);
    const [first = "", second = ""] = await links();
    expect(second).not.toBe(first);
    await postForm(t, first);
    expect(await consent()).toBe("granted");
  });

  it("ends after a few messages, and after a few requests a day", async () => {
    for (let i = 0; i < MAX_SENDS; i++) {
      await ask();
      vi.setSystemTime(Date.now() + RESEND_AFTER_MS);
    }
    expect(await errorOf(ask())).toMatchObject({ code: "rate_limited" });
    expect(await ask("email", "reviews")).toBe("sent");
    expect(await ask("email", "service")).toBe("sent");
    expect(await errorOf(ask("email", "measurement"))).toMatchObject({ code: "rate_limited" });
    expect(await ask("sms")).toBe("sent");
  });
});

describe("who can be asked", () => {
  it("on WhatsApp is asked by text: there is no writing there before the yes", async () => {
    await ask("whatsapp");
    expect(await allRows(t, "messageQueue")).toMatchObject([{ channel: "sms", to: { sms: "+4915112345678" } }]);
    await postForm(t, (await links())[0] ?? "");
    expect(await consent("whatsapp")).toBe("granted");
    expect(await consent("sms")).toBe("unknown");
  });

  it("is nobody whose mail comes back, but whoever had unsubscribed; a yes lifts that", async () => {
    const scope = { orgId: workspace.orgId, channel: "email", address: "max@example.org" } as const;
    await inMutation(t, (ctx) => suppress(ctx, { ...scope, purpose: "marketing", reason: "unsubscribed" }));
    await ask();
    await postForm(t, (await links())[0] ?? "");
    const found = await inMutation(t, (ctx) => suppressionOf(ctx, { ...scope, purpose: "marketing", topic: "news" }));
    expect(found).toBeNull();
    await inMutation(t, (ctx) => suppress(ctx, { ...scope, reason: "hard_bounce" }));
    expect(await errorOf(ask("email", "reviews"))).toMatchObject({ code: "invalid", field: "channel" });
  });

  it("shows on the contact with how far it is", async () => {
    await ask();
    const { orgId, contactId } = workspace;
    const list = () => asAdmin(t).query(api.tracking.optIn.queries.ofContact, { orgId, contactId });
    expect(await list()).toMatchObject([{ topic: "news", channel: "email", state: "pending", sends: 1 }]);
    await postForm(t, (await links())[0] ?? "");
    expect(await list()).toMatchObject([{ state: "confirmed", confirmedAt: NOON }]);
  });
});
