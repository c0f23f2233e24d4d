import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import {
  allRows,
  inMutation,
  makeWorkspace,
  NOON,
  runJobs,
  type Convex,
  type Workspace,
} from "../../../tests/support/delivery";
import {
  makeMetaHook,
  META_SECRETS,
  metaEnvelope,
  metaText,
  postMeta,
  type Hook,
} from "../../../tests/support/provider-hooks";
import { findByAddress } from "../../contacts/model";
import { suppressionOf } from "../../contacts/suppressions/model";
import { fetchMedia } from "../../delivery/providers/media";
import { saveRegistration } from "../../delivery/whatsappTemplates/model";
import { createTemplate } from "../../templates/model";

// Whatever reacts to the events is tested where it lives; fetching files has its own tests in tests/adapters.
vi.mock("../../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));
vi.mock("../../delivery/providers/media", () => ({ fetchMedia: vi.fn() }));

let t: Convex;
let workspace: Workspace;
let meta: Hook;

const SECONDS = String(NOON / 1000);

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  workspace = await makeWorkspace(t);
  meta = await makeMetaHook(t, workspace);
});
afterEach(() => {
  vi.useRealTimers();
});

const post = (payload: object) => postMeta(t, meta, payload);
const rawEvents = () => allRows(t, "rawEvents");

describe("an inbound text", () => {
  it("becomes a message once, however often it comes, and opens the window", async () => {
    await Promise.all([post(metaText("wamid.in", "Guten Tag")), post(metaText("wamid.in", "Guten Tag"))]);
    await post({ ...metaText("wamid.in", "Guten Tag"), more: "again, in another batch" });
    await runJobs(t);
    expect(await allRows(t, "messages")).toMatchObject([
      { text: "Guten Tag", channel: "whatsapp", messageType: "incoming" },
    ]);
    expect(await allRows(t, "threads")).toMatchObject([{ contactId: workspace.contactId }]);
    expect(await allRows(t, "inboundWindows")).toMatchObject([
      { contactId: workspace.contactId, connectionId: meta.connectionId, lastInboundAt: NOON },
    ]);
    expect((await rawEvents()).map(({ kind }) => kind).sort()).toEqual([
      "provider_webhook",
      "provider_webhook",
      "text_inbound",
    ]);
  });

  it("of a stranger without a number creates a contact that is known by its user id", async () => {
    const payload = metaEnvelope({
      contacts: [{ profile: { name: "Eva" }, user_id: "CH.9" }],
      messages: [{ from_user_id: "CH.9", id: "wamid.in", timestamp: SECONDS, type: "text", text: { body: "Hoi" } }],
    });
    await post(payload);
    await runJobs(t);
    const key = { orgId: workspace.orgId, channel: "whatsapp", address: "CH.9" } as const;
    expect(await inMutation(t, (ctx) => findByAddress(ctx, key))).toMatchObject({ name: "Eva" });
  });

  it("keeps number and user id together, and follows a new number", async () => {
    await post(metaText("wamid.in", "Hallo", { from_user_id: "DE.1" }));
    const renumbered = { type: "system", system: { type: "user_changed_number", wa_id: "491760000000" } };
    await post(metaText("wamid.sys", "", renumbered));
    await runJobs(t);
    for (const address of ["+4915112345678", "DE.1", "+491760000000"]) {
      const key = { orgId: workspace.orgId, channel: "whatsapp", address } as const;
      expect((await inMutation(t, (ctx) => findByAddress(ctx, key)))?._id).toBe(workspace.contactId);
    }
    expect(await allRows(t, "messages")).toHaveLength(1);
  });
});

describe("what else Meta tells", () => {
  const preference = (value: string) =>
    metaEnvelope(
      { user_preferences: [{ wa_id: "4915112345678", category: "marketing_messages", value, timestamp: NOON / 1000 }] },
      "user_preferences",
    );
  const marketing = () =>
    inMutation(t, (ctx) =>
      suppressionOf(ctx, {
        orgId: workspace.orgId,
        channel: "whatsapp",
        address: "+4915112345678",
        purpose: "marketing",
      }),
    );

  it("a stop within WhatsApp ends marketing", async () => {
    await post(preference("stop"));
    await runJobs(t);
    expect(await marketing()).not.toBeNull();
    expect(await allRows(t, "consents")).toMatchObject([{ purpose: "marketing", state: "withdrawn" }]);
    // A new yes there lifts what the person's own no had set.
    await post(preference("resume"));
    await runJobs(t);
    expect(await marketing()).toBeNull();
    expect((await allRows(t, "consents")).map(({ state }) => state)).toEqual(["withdrawn", "granted"]);
  });

  it("a template's approval is followed", async () => {
    const registrationId = await inMutation(t, async (ctx) => {
      const { orgId } = workspace;
      const templateId = await createTemplate(ctx, {
        orgId,
        name: "Erinnerung",
        category: "customer_service",
        channelType: "whatsapp_business",
        businessEntity: "all",
        locale: "de",
      });
      return await saveRegistration(ctx, orgId, {
        templateId,
        connectionId: meta.connectionId,
        name: "termin",
        language: "de",
        category: "utility",
        state: "pending",
        placeholders: ["firstName"],
      });
    });
    const decided = {
      event: "APPROVED",
      message_template_id: 1,
      message_template_name: "termin",
      message_template_language: "de",
    };
    await post(metaEnvelope(decided, "message_template_status_update"));
    await runJobs(t);
    const row = async () => await inMutation(t, (ctx) => ctx.db.get("whatsappTemplates", registrationId));
    expect(await row()).toMatchObject({ state: "approved" });
    const refused = { ...decided, event: "REJECTED", reason: "ABUSIVE_CONTENT" };
    await post(metaEnvelope(refused, "message_template_status_update"));
    await runJobs(t);
    expect(await row()).toMatchObject({ state: "rejected", reason: "ABUSIVE_CONTENT" });
  });
});

describe("files of an inbound text", () => {
  const picture = { type: "image", image: { id: "9001", mime_type: "image/jpeg" } };
  const fetched = vi.mocked(fetchMedia);
  const file = (contentType: string) => ({ kind: "file" as const, bytes: new Uint8Array([1, 2, 3]), contentType });

  it("are fetched with the account's key and shown in the message", async () => {
    fetched.mockResolvedValueOnce(file("image/jpeg; charset=binary"));
    await post(metaText("wamid.in", "", picture));
    await runJobs(t);
    expect(fetched.mock.calls[0]?.slice(0, 3)).toEqual([
      "meta",
      { settings: { phoneNumberId: "1" }, secrets: META_SECRETS },
      { id: "9001", contentType: "image/jpeg" },
    ]);
    const [message] = await allRows(t, "messages");
    expect(await allRows(t, "files")).toMatchObject([
      { _id: message?.fileIds[0], name: "image.jpg", contentType: "image/jpeg", sizeBytes: 3 },
    ]);
    expect(await allRows(t, "threads")).toMatchObject([{ lastMessagePreview: "📎 1" }]);
  });

  it("that a browser would run are kept as bytes", async () => {
    fetched.mockResolvedValueOnce(file("text/html"));
    await post(metaText("wamid.in", "", picture));
    await runJobs(t);
    expect(await allRows(t, "files")).toMatchObject([{ name: "file", contentType: "application/octet-stream" }]);
  });

  it("are tried again after a failure, and kept with the reason when they are refused", async () => {
    const refused = (errorClass: "transient" | "permanent") => ({
      kind: "refused" as const,
      failure: { class: errorClass, code: "too_large", reason: "The file has more than 3 bytes." },
    });
    fetched.mockResolvedValueOnce(refused("transient")).mockResolvedValueOnce(refused("permanent"));
    await post(metaText("wamid.in", "", { ...picture, image: { ...picture.image, caption: "Foto" } }));
    await runJobs(t);
    const event = (await allRows(t, "rawEvents")).find(({ kind }) => kind === "media_inbound");
    expect(event?.state).toMatchObject({ kind: "rejected", reason: "too_large: The file has more than 3 bytes." });
    // The message says what is missing and why; the event keeps what was asked for.
    const missing = { contentType: "image/jpeg", code: "too_large", reason: "The file has more than 3 bytes." };
    expect(await allRows(t, "messages")).toMatchObject([
      { text: "Foto", fileIds: [], missingFiles: [{ ...missing, rawEventId: event?._id, isFinal: true }] },
    ]);
  });

  it("are shown as missing while they are tried again, and no more once they are there", async () => {
    const failure = { class: "transient" as const, code: "503", reason: "Service Unavailable" };
    const seen: unknown[] = [];
    fetched.mockImplementation(async () => {
      seen.push((await allRows(t, "messages"))[0]?.missingFiles);
      if (seen.length < 3) return { kind: "refused", failure };
      return { kind: "file", bytes: Uint8Array.of(1), contentType: "image/jpeg" };
    });
    await post(metaText("wamid.in", "", picture));
    await runJobs(t);
    const waiting = [{ code: "503", reason: "Service Unavailable", isFinal: false }];
    expect(seen).toMatchObject([undefined, waiting, waiting]);
    expect(await allRows(t, "messages")).toMatchObject([{ missingFiles: [], fileIds: [expect.any(String)] }]);
    fetched.mockReset();
  });
});
