import { beforeEach, describe, expect, it } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { inMutation, makeWorkspace, NOON, type Convex, type Workspace } from "../../../tests/support/delivery";
import type { Id } from "../../_generated/dataModel";
import { createConnection, requireConnection } from "../../connections/model";
import { asAppError } from "../../lib/errors";
import { createTemplate, publishVersion, requireTemplate } from "../../templates/model";
import type { MessageContent } from "../schema";
import { applyProviderState, saveRegistration } from "../whatsappTemplates/model";
import type { ApprovalState } from "../whatsappTemplates/schema";
import { lastInboundAt, noteInbound, whatsappFormFor } from "./model";

let t: Convex;
let workspace: Workspace;
let connectionId: Id<"connections">;
let templateId: Id<"templates">;
let templateVersionId: Id<"templateVersions">;

beforeEach(async () => {
  t = setupConvex();
  workspace = await makeWorkspace(t);
  const { orgId } = workspace;
  await inMutation(t, async (ctx) => {
    connectionId = await createConnection(ctx, { orgId, channel: "whatsapp", provider: "meta", name: "Meta" });
    templateId = await createTemplate(ctx, {
      orgId,
      name: "Erinnerung",
      category: "customer_service",
      channelType: "whatsapp_business",
      businessEntity: "all",
      locale: "de",
    });
    templateVersionId = await publishVersion(ctx, await requireTemplate(ctx, orgId, templateId), {
      subject: "",
      body: "Hallo {{firstName}}, bis {{eventTime}}",
      layout: "reminder",
      variables: [{ name: "firstName", fallback: "zusammen" }],
    });
  });
});

const register = (state: ApprovalState, more: object = {}) =>
  inMutation(t, (ctx) =>
    saveRegistration(ctx, workspace.orgId, {
      templateId,
      connectionId,
      name: "termin",
      language: "de",
      category: "utility",
      state,
      placeholders: ["firstName", "eventTime"],
      ...more,
    }),
  );

const formFor = (content: MessageContent, id = connectionId) =>
  inMutation(t, async (ctx) =>
    whatsappFormFor(ctx, {
      orgId: workspace.orgId,
      contactId: workspace.contactId,
      connection: await requireConnection(ctx, workspace.orgId, id),
      content,
      locale: "de",
      now: NOON,
    }),
  );
const reminder = (values: Record<string, string> = { eventTime: "10 Uhr", firstName: " " }): MessageContent => ({
  kind: "template",
  templateVersionId,
  values,
});
const answer: MessageContent = { kind: "finished", text: "Guten Tag", fileIds: [] };

const wrote = (at: number, id = connectionId) =>
  inMutation(t, (ctx) =>
    noteInbound(ctx, { orgId: workspace.orgId, contactId: workspace.contactId, connectionId: id, at }),
  );

describe("the window of a person and an account", () => {
  it("goes by the newest message, in whatever order they come", async () => {
    for (const at of [NOON - 5, NOON, NOON - 9]) await wrote(at);
    const { contactId } = workspace;
    expect(await inMutation(t, (ctx) => lastInboundAt(ctx, contactId, connectionId))).toBe(NOON);
    expect(await inMutation(t, (ctx) => lastInboundAt(ctx, contactId, workspace.connections.whatsapp))).toBeNull();
  });

  it("lets an answer through that a finished text could not be without it", async () => {
    expect(await formFor(answer)).toMatchObject({ kind: "closed", reason: "no_approved_template" });
    await wrote(NOON - 1_000);
    expect(await formFor(answer)).toMatchObject({ kind: "free_text" });
  });

  it("does not exist in the sandbox", async () => {
    expect(await formFor(answer, workspace.connections.whatsapp)).toMatchObject({ kind: "free_text" });
  });
});

describe("a template", () => {
  it("is sent outside the window once it is approved at this account, with its fallbacks", async () => {
    await register("pending");
    expect(await formFor(reminder())).toMatchObject({ kind: "closed" });
    await register("approved");
    expect(await formFor(reminder())).toEqual({
      kind: "template",
      template: { name: "termin", language: "de", bodyValues: ["zusammen", "10 Uhr"] },
    });
    expect(await formFor(reminder({}))).toMatchObject({ kind: "closed", reason: "missing_value" });
  });

  it("follows what the provider decides, and nothing nobody knows", async () => {
    await register("approved");
    const tell = (state: string, name = "termin") =>
      inMutation(t, async (ctx) => {
        const connection = await requireConnection(ctx, workspace.orgId, connectionId);
        return await applyProviderState(ctx, connection, { name, language: "de", state });
      });
    expect(await tell("PAUSED")).toBe(true);
    expect(await formFor(reminder())).toMatchObject({ kind: "closed" });
    expect(await tell("SOMETHING_NEW")).toBe(false);
    expect(await tell("APPROVED", "other")).toBe(false);
    expect(await tell("reinstated")).toBe(true);
    expect(await formFor(reminder())).toMatchObject({ kind: "template" });
  });

  it.each([
    ["name", { name: "Termin Erinnerung" }],
    ["language", { language: "de-DE" }],
    ["placeholders", { placeholders: [" "] }],
  ])("with a wrong %s is refused with the field", async (field, change) => {
    expect(asAppError(await register("draft", change).catch((thrown: unknown) => thrown))).toMatchObject({
      code: "invalid",
      field,
    });
  });

  it("needs its Content SID at Twilio and a WhatsApp account at all", async () => {
    const { orgId } = workspace;
    const twilio = await inMutation(t, (ctx) =>
      createConnection(ctx, { orgId, channel: "whatsapp", provider: "twilio", name: "Twilio" }),
    );
    const errorOf = async (more: object) =>
      asAppError(await register("approved", more).catch((thrown: unknown) => thrown))?.field;
    expect(await errorOf({ connectionId: twilio })).toBe("providerTemplateId");
    expect(await errorOf({ connectionId: workspace.connections.sms })).toBe("connectionId");
    const providerTemplateId = `HX${"a".repeat(32)}`;
    await register("approved", { connectionId: twilio, providerTemplateId });
    expect(await formFor(reminder(), twilio)).toMatchObject({ template: { providerTemplateId } });
  });
});
