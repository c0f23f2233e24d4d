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
import { suppress } from "../../contacts/suppressions/model";
import { RESEND_AFTER_MS } from "../../contacts/optIn/rules";
import { saveTopic } from "../../contacts/topics/model";
import { DEFAULT_TOPICS } from "../../contacts/topics/defaults";
import type { SignUpSettings } from "./schema";

// Whatever reacts to the events is tested where it lives.
vi.mock("../../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

const SITE = "https://www.haff.example";
const SETTINGS: SignUpSettings = {
  name: "Newsletter",
  language: "de",
  topic: "news",
  channels: ["email"],
  origins: [SITE],
  isOn: true,
};
const WORDS = "Ja, {org} darf mir per {channel} über „{topic}“ schreiben.";

let t: Convex;
let workspace: Workspace;
let path: string;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  workspace = await makeWorkspace(t);
  path = await makeForm();
});
afterEach(() => vi.useRealTimers());

const save = async (changes: Partial<SignUpSettings> = {}, wording = WORDS) =>
  await asAdmin(t).mutation(api.tracking.signUp.mutations.save, {
    orgId: workspace.orgId,
    settings: { ...SETTINGS, ...changes },
    wording,
  });
const forms = async () => await asAdmin(t).query(api.tracking.signUp.queries.list, { orgId: workspace.orgId });
async function makeForm(changes: Partial<SignUpSettings> = {}): Promise<string> {
  const id = await save(changes);
  const form = (await forms()).find((each) => each.id === id);
  return new URL(form?.url ?? "").pathname;
}

type Options = { origin?: string | null; ip?: string; headers?: Record<string, string> };
const post = async (body: unknown, { origin = SITE, ip = "203.0.113.7", headers = {} }: Options = {}, to = path) =>
  await t.withRequestMetadata({ ip, userAgent: "Testbrowser/1.0" }).fetch(to, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(origin === null ? {} : { Origin: origin }), ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
const ANNA = { name: "Anna Weber", email: "Anna@Example.org", consent: true };
const codeOf = async (response: Response) => {
  const { code, field } = (await response.json()) as { code?: string; field?: string };
  return [response.status, code, field];
};
const linkIn = async () => {
  const bodies = await allRows(t, "messageBodies");
  const texts = bodies.map(({ content }) => (content.kind === "finished" ? content.text : ""));
  return texts.map((text) => /\/c\/[\w-]+/.exec(text)?.[0] ?? "");
};

describe("a submission", () => {
  it("asks the person to confirm, and the yes is on record with the words of the form", async () => {
    const response = await post(ANNA, { headers: { Referer: `${SITE}/kurse/anmelden?mail=geheim` } });
    expect(response.status).toBe(202);
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe(SITE);
    expect(await response.json()).toMatchObject({ status: "accepted" });
    await runJobs(t);
    const [mail] = await allRows(t, "sandboxMessages");
    expect(mail?.text).toContain("Ja, Segelschule Haff darf mir per E-Mail über „Angebote und Neuigkeiten“ schreiben.");
    const [link = ""] = await linkIn();
    await postForm(t, link);
    const [form] = await forms();
    const ledger = await allRows(t, "consents");
    expect(ledger).toMatchObject([
      {
        state: "pending",
        source: `form:${form?.id}`,
        wordingVersion: `form:${form?.id}/de/1`,
        proof: { ip: "203.0.113.7", userAgent: "Testbrowser/1.0", url: `${SITE}/kurse/anmelden` },
      },
      { state: "granted", wordingVersion: `form:${form?.id}/de/1`, topic: "news" },
    ]);
    const contact = (await allRows(t, "contacts")).find(({ name }) => name === "Anna Weber");
    expect(contact).toMatchObject({ locale: "de" });
    expect(await inMutation(t, (ctx) => consentOf(ctx, contact!._id, "email", "marketing", "news"))).toBe("granted");
    expect(form).toMatchObject({ counts: { asked: 1, quiet: 0, trapped: 0 }, lastAt: NOON });
  });

  it("twice brings one question; later the link once more", async () => {
    await Promise.all([post(ANNA), post(ANNA), post(ANNA)]);
    expect(await allRows(t, "optInRequests")).toHaveLength(1);
    expect(await allRows(t, "messageQueue")).toHaveLength(1);
    vi.setSystemTime(NOON + RESEND_AFTER_MS);
    await post(ANNA);
    expect(await allRows(t, "optInRequests")).toHaveLength(1);
    expect(await allRows(t, "messageQueue")).toHaveLength(2);
  });

  it("gets the same answer whether the address is known, agreed, suppressed or new", async () => {
    const scope = { orgId: workspace.orgId, channel: "email", address: "weg@example.org" } as const;
    await inMutation(t, (ctx) => suppress(ctx, { ...scope, reason: "hard_bounce" }));
    await post({ email: "ja@example.org", consent: true });
    await postForm(t, (await linkIn())[0] ?? "");
    const answers = [];
    for (const email of ["neu@example.org", "max@example.org", "ja@example.org", "weg@example.org"]) {
      const response = await post({ email, consent: true });
      answers.push([response.status, [...response.headers].map(String), await response.text()]);
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await allRows(t, "messageQueue")).toHaveLength(3);
  });

  it("changes nothing about people who are known: anybody can type their address", async () => {
    const both = await makeForm({ channels: ["email", "sms"] });
    const before = await allRows(t, "contacts");
    await post({ name: "Böse", email: "max@example.org", phone: "+4915199999999", consent: true }, {}, both);
    const after = await allRows(t, "contacts");
    expect(after.find(({ _id }) => _id === workspace.contactId)).toEqual(before[0]);
    const addresses = await allRows(t, "contactAddresses");
    const stranger = addresses.find(({ address }) => address === "+4915199999999");
    expect(stranger?.contactId).not.toBe(workspace.contactId);
    expect(await allRows(t, "messageQueue")).toMatchObject([
      { to: { email: "max@example.org" } },
      { to: { sms: "+4915199999999" } },
    ]);
  });

  it("asks the address that was typed, not another one of the person", async () => {
    await inMutation(t, async (ctx) => {
      const of = { orgId: workspace.orgId, contactId: workspace.contactId, channel: "email" } as const;
      await ctx.db.insert("contactAddresses", { ...of, address: "zwei@example.org", isPrimary: false, state: "valid" });
    });
    await post({ email: "max@example.org", consent: true });
    await post({ email: "zwei@example.org", consent: true });
    expect(await allRows(t, "messageQueue")).toMatchObject([
      { to: { email: "max@example.org" } },
      { to: { email: "zwei@example.org" } },
    ]);
  });

  it("for WhatsApp asks by text, and a number in national form is read in the organisation's country", async () => {
    const whatsapp = await makeForm({ channels: ["whatsapp"] });
    await post({ phone: "0151 22222222", consent: true }, {}, whatsapp);
    expect(await allRows(t, "messageQueue")).toMatchObject([{ channel: "sms", to: { sms: "+4915122222222" } }]);
    await postForm(t, (await linkIn())[0] ?? "");
    expect(await allRows(t, "consents")).toMatchObject([
      { channel: "whatsapp" },
      { channel: "whatsapp", state: "granted" },
    ]);
  });

  it("is kept with the version of the words that was shown", async () => {
    const [form] = await forms();
    await asAdmin(t).mutation(api.tracking.signUp.mutations.save, {
      orgId: workspace.orgId,
      formId: form!.id,
      settings: SETTINGS,
      wording: "Neue Worte",
    });
    expect((await forms())[0]).toMatchObject({ wording: "Neue Worte", wordingVersion: 2 });
    await post({ ...ANNA, wording: 1 });
    await post({ email: "neu@example.org", consent: true });
    const versions = (await allRows(t, "optInRequests")).map(({ wordingVersion }) => wordingVersion.split("/").at(-1));
    expect(versions).toEqual(["1", "2"]);
    expect(await codeOf(await post({ ...ANNA, wording: 9 }))).toEqual([422, "invalid", "wording"]);
  });

  it("of a machine in the trap is thanked for and does nothing", async () => {
    const response = await post({ ...ANNA, website: "https://buy.example" });
    expect(response.status).toBe(202);
    expect(await response.text()).toBe(await (await post(ANNA)).text());
    expect(await allRows(t, "messageQueue")).toHaveLength(1);
    expect((await forms())[0]?.counts).toEqual({ asked: 1, quiet: 0, trapped: 1 });
  });
});

describe("what is refused", () => {
  it("has a code, a status and the field", async () => {
    expect(await codeOf(await post({ email: "anna@example.org" }))).toEqual([422, "invalid", "consent"]);
    expect(await codeOf(await post({ ...ANNA, email: "anna@" }))).toEqual([422, "invalid", "email"]);
    expect(await codeOf(await post({ consent: true }))).toEqual([422, "invalid", "email"]);
    expect(await codeOf(await post("{"))).toEqual([422, "invalid", "body"]);
    expect(await codeOf(await post("[]"))).toEqual([422, "invalid", "body"]);
    expect(await codeOf(await post("x".repeat(16 * 1024 + 1)))).toEqual([413, "invalid", undefined]);
    expect(await codeOf(await post("a", { headers: { "Content-Type": "text/plain" } }))).toEqual([
      415,
      "invalid",
      undefined,
    ]);
    expect(await codeOf(await post(ANNA, {}, "/signup/nonsense"))).toEqual([404, "not_found", undefined]);
    expect(await allRows(t, "optInRequests")).toEqual([]);
  });

  it("is every page the form may not stand on; no header lets its script read the answer", async () => {
    for (const origin of ["https://evil.example", "null", `${SITE}.evil.example`, "http://www.haff.example"]) {
      const response = await post(ANNA, { origin });
      expect(response.headers.get("Access-Control-Allow-Origin")).toBeNull();
      expect(await codeOf(response)).toEqual([403, "forbidden", undefined]);
    }
    expect((await post(ANNA, { origin: null })).status).toBe(202);
  });

  it("is a form that is off, taken away, or about a topic that is not offered any more", async () => {
    const news = DEFAULT_TOPICS.find(({ key }) => key === "news")!;
    const off = await makeForm({ isOn: false });
    expect((await post(ANNA, {}, off)).status).toBe(404);
    const { orgId, memberId } = workspace;
    const { order: _, ...topic } = news;
    await inMutation(t, (ctx) => saveTopic(ctx, { ...topic, orgId, memberId, isArchived: true }));
    expect((await post(ANNA)).status).toBe(404);
    await inMutation(t, (ctx) => saveTopic(ctx, { ...topic, orgId, memberId }));
    expect((await post(ANNA)).status).toBe(202);
    const [form] = await forms();
    await asAdmin(t).mutation(api.tracking.signUp.mutations.remove, { orgId, formId: form!.id });
    expect((await post(ANNA)).status).toBe(404);
  });

  it("is the eleventh of one caller, who is told when to come back; others go on", async () => {
    const send = async (index: number, ip: string) =>
      await post({ email: `p${index}@example.org`, consent: true }, { ip });
    for (let index = 0; index < 10; index++) expect((await send(index, "203.0.113.7")).status).toBe(202);
    const late = await send(10, "203.0.113.7");
    expect(Number(late.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(late.headers.get("Access-Control-Allow-Origin")).toBe(SITE);
    expect(await codeOf(late)).toEqual([429, "rate_limited", undefined]);
    expect((await send(11, "203.0.113.8")).status).toBe(202);
  });
});

describe("a plain form", () => {
  const fill = async (fields: Record<string, string>, origin: string | null, to = path) =>
    await t.fetch(to, {
      method: "POST",
      redirect: "manual",
      headers: {
        "Content-Type": "application/x-www-form-urlencoded",
        ...(origin === null ? {} : { Origin: origin }),
      },
      body: new URLSearchParams(fields).toString(),
    });

  it("is thanked for on a page, or goes on to the form's own address", async () => {
    const thanked = await fill({ email: "a@example.org", consent: "yes" }, SITE);
    expect(thanked.status).toBe(200);
    expect(await thanked.text()).toContain("Bitte bestätigen Sie Ihre Anmeldung");
    const going = await makeForm({ redirectUrl: `${SITE}/danke`, thanks: "Bis gleich!" });
    const gone = await fill({ email: "b@example.org", consent: "yes", redirect: "https://evil.example" }, SITE, going);
    expect([gone.status, gone.headers.get("Location")]).toEqual([303, `${SITE}/danke`]);
  });

  it("shows what is wrong, with the form again", async () => {
    const wrong = await fill({ email: "kaputt", consent: "yes" }, SITE);
    expect(wrong.status).toBe(422);
    const text = await wrong.text();
    expect(text).toContain("Bitte prüfen Sie die E-Mail-Adresse.");
    expect(text).toContain("<form");
    const foreign = await (await fill({}, "https://evil.example")).text();
    expect(foreign).toContain("darf auf dieser Seite nicht stehen");
    expect(foreign).not.toContain("<form");
  });

  it("is on a page of ours, which escapes what members wrote", async () => {
    const nasty = await save({ name: "x" }, "<script>alert(1)</script> {topic}");
    const form = (await forms()).find(({ id }) => id === nasty);
    const shown = await t.fetch(new URL(form!.url).pathname, { method: "GET" });
    expect(await shown.text()).toContain("&lt;script&gt;alert(1)&lt;/script&gt; Angebote und Neuigkeiten");
    expect(form?.snippet).not.toContain("<script>");
    expect((await t.fetch("/signup/nonsense", { method: "GET" })).status).toBe(404);
  });
});

describe("a browser's question", () => {
  it("is answered with leave for the form's pages only", async () => {
    const ask = async (origin: string) => {
      const response = await t.fetch(path, { method: "OPTIONS", headers: { Origin: origin } });
      return [response.status, response.headers.get("Access-Control-Allow-Origin")];
    };
    expect(await ask(SITE)).toEqual([204, SITE]);
    expect(await ask("https://evil.example")).toEqual([204, null]);
  });
});

describe("settings of a form", () => {
  it("are checked, each at its field", async () => {
    const fieldOf = async (changes: Partial<SignUpSettings>, wording?: string) =>
      ((await errorOf(save(changes, wording))) as { field?: string }).field;
    expect(await fieldOf({ name: " " })).toBe("name");
    expect(await fieldOf({ channels: [] })).toBe("channels");
    expect(await fieldOf({ channels: ["sms", "whatsapp"] })).toBe("channels");
    expect(await fieldOf({ topic: "measurement", channels: ["sms"] })).toBe("channels");
    expect(await fieldOf({ topic: "none" })).toBe("topic");
    expect(await fieldOf({ origins: ["haff.example"] })).toBe("origins");
    expect(await fieldOf({ redirectUrl: "https://evil.example/" })).toBe("redirectUrl");
    expect(await fieldOf({}, " ")).toBe("text");
    expect(await forms()).toHaveLength(1);
  });
});
