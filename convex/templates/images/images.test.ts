import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { settle } from "../../../tests/support/bookings";
import { setupConvex } from "../../../tests/support/convex";
import { allRows, runJobs } from "../../../tests/support/delivery";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { RED_DOT, storeUpload, SVG } from "../../../tests/support/pictures";
import { api, internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { DAY_MS } from "../../lib/time";
import { beginsAsImage, imageProblem } from "./limits";

const { add, uploadUrl } = api.templates.images.mutations;
const { get } = api.templates.images.queries;
const { discard, duplicate, publish, save, start } = api.templates.drafts.mutations;
const { ask, test: sendTest } = api.sequences.preview.mutations;

// The first test of a file also loads the product.
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-10-01T08:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

type Convex = ReturnType<typeof setupConvex>;
type FileId = Id<"files">;

async function workspace() {
  const t = setupConvex();
  const orgId = await makeOrg(t);
  const { as } = await makeMember(t, orgId, "marketer");
  const store = async () => await storeUpload(t, RED_DOT, "image/png");
  const upload = async (bytes: string | Buffer, type = "image/png") =>
    await as.mutation(add, { orgId, storageId: await storeUpload(t, bytes, type), name: "logo.png" });
  const picture = async (): Promise<FileId> => {
    const added = await upload(RED_DOT);
    if (added.kind !== "added") throw new Error(added.problem);
    await runJobs(t);
    return added.fileId;
  };
  const identity = { name: "Danke", category: "follow_up", channelType: "email_outlook", locale: "de" } as const;
  const template = async () => await as.mutation(start, { orgId, ...identity, businessEntity: "all", threadTypes: [] });
  return { t, orgId, as, store, upload, picture, template };
}
type Workspace = Awaited<ReturnType<typeof workspace>>;

const bytesOf = (text: string) => new TextEncoder().encode(text);
const image = (fileId: string) => ({ type: "image", attrs: { src: `file:${fileId}`, alt: "" } });
const HELLO = { type: "paragraph", content: [{ type: "text", text: "Hallo" }] };
const textWith = (...fileIds: string[]) => ({
  subject: "Danke",
  body: "",
  layout: "agent_reply" as const,
  variables: [],
  document: JSON.stringify({ type: "doc", content: [HELLO, ...fileIds.map(image)] }),
});

const urlOf = async ({ as, orgId }: Workspace, fileId: string) => await as.query(get, { orgId, fileId });

/** Makes the draft of a template show these pictures and no others. */
async function show({ as, orgId }: Workspace, templateId: Id<"templates">, ...fileIds: string[]): Promise<void> {
  const { draft, version } = await as.query(api.templates.drafts.queries.get, { orgId, templateId });
  const { subject, body, layout, document, variables } = draft ?? version!;
  const base = { subject, body, layout, document, variables };
  await as.mutation(save, { orgId, templateId, base, text: textWith(...fileIds) });
}

async function publishDraft({ as, orgId }: Workspace, templateId: Id<"templates">): Promise<void> {
  const { draft } = await as.query(api.templates.drafts.queries.get, { orgId, templateId });
  await as.mutation(publish, { orgId, templateId, revision: draft!.revision });
}

async function pruneAfter(t: Convex, days: number): Promise<void> {
  vi.setSystemTime(Date.now() + days * DAY_MS);
  await t.mutation(internal.templates.images.jobs.prune, {});
  await runJobs(t);
}

describe("a picture", () => {
  it("is shown to who may read templates, and is nobody else's", async () => {
    const here = await workspace();
    const { t, orgId } = here;
    const fileId = await here.picture();
    const { as: viewer } = await makeMember(t, orgId, "viewer");
    expect(await viewer.query(get, { orgId, fileId })).toEqual({ url: expect.any(String), sizeBytes: RED_DOT.length });
    const other = await makeOrg(t, "Andere");
    const { as: stranger } = await makeMember(t, other, "admin", "stranger");
    expect(await stranger.query(get, { orgId: other, fileId })).toBeNull();
    expect(await errorOf(stranger.query(get, { orgId, fileId }))).toMatchObject({ code: "not_found" });
    expect(await viewer.query(get, { orgId, fileId: "no id" })).toBeNull();
  });

  it.each(["viewer", "agent"] as const)("is not added by a %s", async (role) => {
    const { t, orgId, store } = await workspace();
    const { as } = await makeMember(t, orgId, role);
    expect(await errorOf(as.mutation(uploadUrl, { orgId }))).toMatchObject({ code: "forbidden" });
    const storageId = await store();
    const adding = as.mutation(add, { orgId, storageId, name: "x.png" });
    expect(await errorOf(adding)).toMatchObject({ code: "forbidden" });
    expect(await allRows(t, "files")).toEqual([]);
  });

  it("is not made of what is a file already, here or elsewhere", async () => {
    const { t, orgId, as, picture } = await workspace();
    await picture();
    const { storageId } = (await allRows(t, "files"))[0]!;
    const again = as.mutation(add, { orgId, storageId, name: "x.png" });
    expect(await errorOf(again)).toMatchObject({ code: "not_found" });
    const other = await makeOrg(t, "Andere");
    const { as: stranger } = await makeMember(t, other, "admin", "stranger");
    const taken = stranger.mutation(add, { orgId: other, storageId, name: "x.png" });
    expect(await errorOf(taken)).toMatchObject({ code: "not_found" });
    expect(await allRows(t, "files")).toHaveLength(1);
  });

  it.each([
    ["an SVG", SVG, "image/svg+xml", "type"],
    ["a page", "<h1>Hallo</h1>", "text/html", "type"],
    ["two megabytes and a byte", Buffer.alloc(2 * 1_024 * 1_024 + 1), "image/png", "size"],
  ])("is not made of %s, which is removed again", async (_, bytes, type, problem) => {
    const { t, upload } = await workspace();
    expect(await upload(bytes, type)).toEqual({ kind: "refused", problem });
    expect(await allRows(t, "files")).toEqual([]);
    expect(await t.run(async (ctx) => await ctx.db.system.query("_storage").take(9))).toEqual([]);
  });

  it.each([
    ["an SVG", SVG],
    ["a page", "<!doctype html><script>alert(1)</script>"],
    ["nothing", ""],
  ])("that is %s under another type does not stay", async (_, bytes) => {
    const here = await workspace();
    const { t } = here;
    const added = await here.upload(bytes);
    await runJobs(t);
    expect(added.kind === "added" && (await urlOf(here, added.fileId))).toBeNull();
    expect(await allRows(t, "looseImages")).toEqual([]);
    expect(await t.run(async (ctx) => await ctx.db.system.query("_storage").take(9))).toEqual([]);
  });

  it("of another workspace, or that is gone, cannot be published", async () => {
    const here = await workspace();
    const [gone, templateId] = [await here.picture(), await here.template()];
    await here.t.mutation(internal.templates.images.jobs.remove, { fileId: gone });
    const orgId = await makeOrg(here.t, "Andere");
    const { as: stranger } = await makeMember(here.t, orgId, "marketer", "stranger");
    const storageId = await here.store();
    const added = await stranger.mutation(add, { orgId, storageId, name: "x.png" });
    const theirs = added.kind === "added" ? added.fileId : "";
    for (const fileId of [gone, theirs]) {
      await show(here, templateId, fileId);
      const publishing = publishDraft(here, templateId);
      expect(await errorOf(publishing)).toMatchObject({ code: "not_found", field: "document" });
    }
    // What our draft names is no use of theirs.
    await pruneAfter(here.t, 31);
    expect(await stranger.query(get, { orgId, fileId: theirs })).toBeNull();
  });
});

describe("an unused picture", () => {
  it("goes with its bytes after thirty days, and not before", async () => {
    const here = await workspace();
    const fileId = await here.picture();
    await pruneAfter(here.t, 29);
    expect(await urlOf(here, fileId)).not.toBeNull();
    await pruneAfter(here.t, 2);
    expect(await urlOf(here, fileId)).toBeNull();
    for (const table of ["files", "looseImages"] as const) expect(await allRows(here.t, table)).toEqual([]);
    expect(await here.t.run(async (ctx) => await ctx.db.system.query("_storage").take(9))).toEqual([]);
  });

  it("stays as long as any draft shows it, and thirty days for who undoes", async () => {
    const here = await workspace();
    const { as, orgId } = here;
    const [fileId, templateId] = [await here.picture(), await here.template()];
    await show(here, templateId, fileId);
    const copyId = await as.mutation(duplicate, { orgId, templateId, name: "Noch eine" });
    await pruneAfter(here.t, 100);
    await show(here, templateId);
    await pruneAfter(here.t, 100);
    expect(await urlOf(here, fileId)).not.toBeNull();
    await show(here, copyId);
    await pruneAfter(here.t, 29);
    await show(here, copyId, fileId);
    await pruneAfter(here.t, 100);
    expect(await urlOf(here, fileId)).not.toBeNull();
    await show(here, copyId);
    expect(await allRows(here.t, "looseImageUses")).toEqual([]);
    await pruneAfter(here.t, 31);
    expect(await urlOf(here, fileId)).toBeNull();
  });

  it("goes when its draft was given up", async () => {
    const here = await workspace();
    const { as, orgId } = here;
    const [kept, given, templateId] = [await here.picture(), await here.picture(), await here.template()];
    await show(here, templateId, kept);
    await publishDraft(here, templateId);
    await show(here, templateId, kept, given);
    await as.mutation(discard, { orgId, templateId, revision: 1 });
    await pruneAfter(here.t, 31);
    expect(await urlOf(here, given)).toBeNull();
    expect(await urlOf(here, kept)).not.toBeNull();
    expect(await allRows(here.t, "looseImageUses")).toEqual([]);
  });

  it("goes batch after batch", async () => {
    const { t, orgId, store } = await workspace();
    const storageId = await store();
    await t.run(async (ctx) => {
      const row = { orgId, storageId, name: "x.png", contentType: "image/png", sizeBytes: 1 };
      for (let count = 0; count < 250; count++) {
        const fileId = await ctx.db.insert("files", row);
        await ctx.db.insert("looseImages", { orgId, fileId, unusedSince: Date.now() });
      }
    });
    vi.setSystemTime(Date.now() + 31 * DAY_MS);
    await t.mutation(internal.templates.images.jobs.prune, {});
    expect(await allRows(t, "looseImages")).toHaveLength(150);
    await runJobs(t);
    for (const table of ["files", "looseImages"] as const) expect(await allRows(t, table)).toEqual([]);
  });
});

describe("a picture that mails may point to stays for good", () => {
  it("once it was published, whatever later versions show", async () => {
    const here = await workspace();
    const [fileId, templateId] = [await here.picture(), await here.template()];
    await show(here, templateId, fileId);
    await publishDraft(here, templateId);
    await show(here, templateId);
    await publishDraft(here, templateId);
    await pruneAfter(here.t, 1_000);
    expect(await urlOf(here, fileId)).not.toBeNull();
  });

  it("once it was sent as a test, published or not", async () => {
    const here = await workspace();
    const { as, orgId, t } = here;
    const [sent, seen, templateId] = [await here.picture(), await here.picture(), await here.template()];
    const question = { orgId, templateId, channel: "email", purpose: "transactional" } as const;
    await as.mutation(ask, { ...question, text: textWith(seen) });
    const previewId = await as.mutation(ask, { ...question, text: textWith(sent) });
    await settle(t, 3);
    await as.mutation(sendTest, { orgId, previewId, to: "anna@team.example", key: "1" });
    await pruneAfter(t, 1_000);
    expect(await urlOf(here, sent)).not.toBeNull();
    expect(await urlOf(here, seen)).toBeNull();
  });
});

it.each([
  ["image/png", 1, null],
  ["image/webp", 2 * 1_024 * 1_024, null],
  ["image/webp", 2 * 1_024 * 1_024 + 1, "size"],
  ["image/svg+xml", 1, "type"],
  ["image/PNG", 1, "type"],
  ["application/octet-stream", 1, "type"],
])("a file of type %s with %i bytes has the problem %s", (contentType, sizeBytes, problem) =>
  expect(imageProblem({ contentType, sizeBytes })).toBe(problem),
);

it.each([
  [[...RED_DOT], true],
  [[0xff, 0xd8, 0xff, 0xe0], true],
  [[...bytesOf("GIF89a\u0001")], true],
  [[...bytesOf("RIFF____WEBPVP8 ")], true],
  [[...bytesOf("RIFF____WAVEfmt ")], false],
  [[...bytesOf("GIF89")], false],
  [[...bytesOf("<svg>")], false],
  [[...bytesOf(" GIF89a")], false],
  [[], false],
])("%j begins as a picture: %s", (bytes, expected) => expect(beginsAsImage(new Uint8Array(bytes))).toBe(expected));
