import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import {
  agreeToWhatsApp,
  inMutation,
  makeWorkspace,
  NOON,
  queueText,
  type Convex,
  type Workspace,
} from "../../tests/support/delivery";
import { DeliveryWorld } from "../../tests/support/delivery-world";
import type { Id } from "../_generated/dataModel";
import { createConnection } from "../connections/model";
import { createTemplate, publishVersion, requireTemplate } from "../templates/model";
import { explain } from "./model/explain";
import { saveRegistration } from "./whatsappTemplates/model";
import { noteInbound } from "./windows/model";

// Meta takes a message and reports 131047 a moment later (providers.md 13.6), Twilio 63016: nothing arrived.

// Whatever reacts to the events is tested where it lives.
vi.mock("../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

let t: Convex;
let workspace: Workspace;
let world: DeliveryWorld;
let meta: Id<"connections">;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  workspace = await makeWorkspace(t);
  await agreeToWhatsApp(t, workspace);
  const { orgId, contactId } = workspace;
  meta = await inMutation(t, async (ctx) => {
    await ctx.db.delete("connections", workspace.connections.whatsapp);
    const connectionId = await createConnection(ctx, { orgId, channel: "whatsapp", provider: "meta", name: "Meta" });
    // We take the window for open; the provider knows better.
    await noteInbound(ctx, { orgId, contactId, connectionId, at: NOON - 1_000 });
    return connectionId;
  });
  world = new DeliveryWorld(t, workspace);
});
afterEach(() => vi.useRealTimers());

/** A reminder made from a template that is approved at the account, if `isApproved`. */
async function reminder(isApproved: boolean): Promise<Id<"messageQueue">> {
  const { orgId } = workspace;
  const content = await inMutation(t, async (ctx) => {
    const templateId = await createTemplate(ctx, {
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
      variables: [],
    });
    if (isApproved) {
      const named = { name: "termin", language: "de", category: "utility", placeholders: ["eventTime"] } as const;
      await saveRegistration(ctx, orgId, {
        templateId,
        connectionId: meta,
        ...named,
        placeholders: ["eventTime"],
        state: "approved",
      });
    }
    return { kind: "template" as const, templateVersionId, values: { eventTime: "10 Uhr" } };
  });
  return await world.enqueue("reminder", { channel: "whatsapp", content });
}

async function sentAsText(queueId: Id<"messageQueue">): Promise<void> {
  await world.dispatch();
  expect(await world.row(queueId)).toMatchObject({ state: { kind: "sending" }, connectionId: meta });
  await world.call(0, "takes");
}
const closed = { class: "window_closed", code: "131047", reason: "Re-engagement message" } as const;
const told = async (queueId: Id<"messageQueue">) =>
  (await inMutation(t, (ctx) => explain(ctx, queueId))).find(({ stage }) => stage === "receipt");

describe("a window that closed after the provider had accepted", () => {
  it("sends the approved template instead, over the same account", async () => {
    const queueId = await reminder(true);
    await sentAsText(queueId);
    await world.record(0);
    expect((await world.row(queueId)).state.kind).toBe("sent");
    await world.receipt(0, "failed", false, closed);
    expect(await world.row(queueId)).toMatchObject({ state: { kind: "pending" }, returnedIds: ["p-0"] });
    expect(await told(queueId)).toMatchObject({
      rule: "window_closed",
      outcome: "falls_back",
      inputs: { code: "131047", next: "whatsapp: termin (de)" },
    });
    await world.dispatch();
    const row = await world.row(queueId);
    expect(row).toMatchObject({
      connectionId: meta,
      state: { route: { inputs: { whatsappTemplate: "termin (de)" } } },
    });
    await world.call(0, "takes");
    await world.record(0);
    await world.receipt(1, "delivered", false);
    expect(await world.row(queueId)).toMatchObject({ state: { kind: "delivered" }, providerMessageId: "p-1" });
  });

  it("goes by the next channel without a template", async () => {
    const queueId = await reminder(false);
    await sentAsText(queueId);
    await world.record(0);
    await world.receipt(0, "failed", false, closed);
    expect(await told(queueId)).toMatchObject({ outcome: "falls_back", inputs: { next: "sms" } });
    await world.dispatch();
    expect(await world.row(queueId)).toMatchObject({
      state: { kind: "sending", route: { rule: "channel_fallback" } },
      connectionId: workspace.connections.sms,
    });
  });

  it("has failed where an answer may go nowhere else", async () => {
    const source = { kind: "agent", threadId: "t", messageId: "m", memberId: workspace.memberId } as const;
    const queueId = await queueText(t, workspace, { channel: "whatsapp", source }).then((queued) => queued.queueId);
    await sentAsText(queueId);
    await world.record(0);
    await world.receipt(0, "failed", false, closed);
    expect((await world.row(queueId)).state).toMatchObject({ kind: "failed", failure: closed });
    expect(await told(queueId)).toMatchObject({ rule: "window_closed", outcome: "failed" });
  });

  it("is believed before the answer to the send is there, which changes nothing then", async () => {
    const queueId = await reminder(true);
    await sentAsText(queueId);
    await world.receipt(0, "failed", true, closed);
    expect((await world.row(queueId)).state.kind).toBe("pending");
    await world.record(0);
    expect((await world.row(queueId)).state.kind).toBe("pending");
  });

  it("and reports about what was given back say nothing about what went instead", async () => {
    const queueId = await reminder(true);
    await sentAsText(queueId);
    await world.record(0);
    await world.receipt(0, "failed", true, closed);
    await world.receipt(0, "sent", true);
    await world.receipt(0, "failed", true, closed);
    expect((await world.row(queueId)).state.kind).toBe("pending");
    await world.dispatch();
    await world.receipt(0, "delivered", true);
    await world.receipt(0, "failed", true, closed);
    expect(await world.row(queueId)).toMatchObject({ state: { kind: "sending", attempt: 2 } });
  });

  it("that closes for the template, too, ends with the channel after it", async () => {
    const queueId = await reminder(true);
    await sentAsText(queueId);
    await world.record(0);
    await world.receipt(0, "failed", false, closed);
    await world.dispatch();
    await world.call(0, "takes");
    await world.record(0);
    await world.receipt(1, "failed", false, closed);
    await world.dispatch();
    expect(await world.row(queueId)).toMatchObject({ connectionId: workspace.connections.sms });
  });

  it("does not take back what has arrived", async () => {
    const queueId = await reminder(true);
    await sentAsText(queueId);
    await world.record(0);
    await world.receipt(0, "delivered", false);
    await world.receipt(0, "failed", false, closed);
    expect((await world.row(queueId)).state.kind).toBe("delivered");
  });
});
