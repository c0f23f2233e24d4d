import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Id } from "../../convex/_generated/dataModel";
import { createConnection } from "../../convex/connections/model";
import type { MessageContent, MessageState } from "../../convex/delivery/schema";
import { saveRegistration } from "../../convex/delivery/whatsappTemplates/model";
import { noteInbound } from "../../convex/delivery/windows/model";
import { createTemplate, publishVersion, requireTemplate } from "../../convex/templates/model";
import { startStub, type Stub } from "../adapters/stub-server.ts";
import { setupConvex } from "../support/convex.ts";
import {
  agreeToWhatsApp,
  allRows,
  inMutation,
  makeWorkspace,
  queueText,
  rowOf,
  type Convex,
  type Workspace,
} from "../support/delivery.ts";
import { until } from "../support/until.ts";

// WhatsApp through Meta, inside and outside the 24 h window, up to the request Meta would get.

// Whatever reacts to the events is tested where it lives.
vi.mock("../../convex/events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

let t: Convex;
let workspace: Workspace;
let meta: Stub;
let connectionId: Id<"connections">;
let templateId: Id<"templates">;
let content: MessageContent;

beforeEach(async () => {
  vi.stubEnv("WEBHOOKS_ALLOW_LOOPBACK", "true");
  meta = await startStub();
  meta.answer({ status: 200, body: { messages: [{ id: "wamid.1" }] } });
  t = setupConvex();
  workspace = await makeWorkspace(t);
  await agreeToWhatsApp(t, workspace);
  const { orgId, connections } = workspace;
  await inMutation(t, async (ctx) => {
    await ctx.db.delete("connections", connections.whatsapp);
    // Sockets need the real clock, so quiet hours are off rather than avoided.
    await ctx.db.patch("organisations", orgId, { quietHours: { start: "00:00", end: "00:00" } });
    connectionId = await createConnection(ctx, {
      orgId,
      channel: "whatsapp",
      provider: "meta",
      name: "Meta",
      ratePerSecond: 100,
      settings: { phoneNumberId: "1", wabaId: "2", baseUrl: meta.url },
      secrets: { accessToken: "EAA", appSecret: "geheim", verifyToken: "bitte" },
    });
    templateId = await createTemplate(ctx, {
      orgId,
      name: "Erinnerung",
      category: "customer_service",
      channelType: "whatsapp_business",
      businessEntity: "all",
      locale: "de",
    });
    const templateVersionId = await publishVersion(ctx, await requireTemplate(ctx, orgId, templateId), {
      subject: "",
      body: "Bis {{eventTime}}",
      layout: "reminder",
      variables: [{ name: "eventTime", fallback: "bald" }],
    });
    content = { kind: "template", templateVersionId, values: { eventTime: "10 Uhr" } };
  });
});
afterEach(async () => {
  await t.finishInProgressScheduledFunctions();
  await meta.stop();
  vi.unstubAllEnvs();
});

const ended = (queueId: Id<"messageQueue">, kind: MessageState["kind"]) =>
  until(`the message ${kind}`, async () => {
    const row = await rowOf(t, queueId);
    return row.state.kind === kind ? row : null;
  });

const sentToMeta = () => meta.requests.map(({ body }) => JSON.parse(body.toString()) as object);

it("outside the window the approved template leaves, with its values in order", async () => {
  await inMutation(t, (ctx) =>
    saveRegistration(ctx, workspace.orgId, {
      templateId,
      connectionId,
      name: "termin",
      language: "de",
      category: "utility",
      state: "approved",
      placeholders: ["eventTime"],
    }),
  );
  const { queueId } = await queueText(t, workspace, { channel: "whatsapp", content });
  await ended(queueId, "sent");
  const components = [{ type: "body", parameters: [{ type: "text", text: "10 Uhr" }] }];
  expect(sentToMeta()).toMatchObject([
    { type: "template", template: { name: "termin", language: { code: "de" }, components } },
  ]);
});

it("inside the window the text leaves as it is", async () => {
  const { orgId, contactId } = workspace;
  await inMutation(t, (ctx) => noteInbound(ctx, { orgId, contactId, connectionId, at: Date.now() }));
  const { queueId } = await queueText(t, workspace, { channel: "whatsapp", content });
  await ended(queueId, "sent");
  expect(sentToMeta()).toMatchObject([{ type: "text", text: { body: "Bis 10 Uhr" } }]);
});

it("outside the window without an approved template the message goes by the next channel", async () => {
  const { queueId } = await queueText(t, workspace, { channel: "whatsapp", content });
  const row = await ended(queueId, "sent");
  expect(row).toMatchObject({ routedChannel: "sms", connectionId: workspace.connections.sms });
  const [attempt] = await allRows(t, "attempts");
  expect(attempt).toMatchObject({ outcome: { kind: "accepted" }, route: { rule: "channel_fallback" } });
  expect(attempt?.route?.inputs.passedOver).toContain("whatsapp: no_approved_template");
  expect(meta.requests).toEqual([]);
});
