import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { changeAccount, ensureAccount } from "../../contacts/accounts/model";
import { writeOrder } from "../../contacts/orders/model";
import { createSegment } from "../../contacts/segments/model";
import { createMacro } from "../../inbox/macros/model";
import type { MacroStep } from "../../inbox/macros/schema";
import { patchThread } from "../../inbox/model/rows";
import { createRule } from "../../inbox/sorting/model/rules";
import { setSignature } from "../../inbox/signatures/model";
import { keyOf } from "../../lib/orderNumbers";
import { createTeam, listTeams, requireTeam, setTeamMembers } from "../../orgs/teams/model";
import { createReadyMade } from "../../sequences/readyMade/model";
import { createTemplate, publishVersion, requireTemplate } from "../../templates/model";
import { CONTACTS } from "../data/people";
import { ACCOUNTS, DEMO_TEAM, ORDERS, SEGMENTS, SIGNATURES, SNIPPETS, SORTING_RULES } from "../data/work";
import { createContact, demoAgents } from "./workspace";
import { patchContact } from "../../contacts/model/rows";

/** Gives the demo's team what it works with: a team, snippets, signatures, macros, a journey in the making. Again changes nothing. */
export async function furnishWork(ctx: MutationCtx, orgId: Id<"organisations">): Promise<void> {
  const agents = await demoAgents(ctx, orgId);
  const [jana, malte] = [agents.get("jana"), agents.get("malte")];
  if (jana === undefined || malte === undefined) throw new Error("The demo workspace has no Jana and Malte.");
  if ((await listTeams(ctx, orgId)).length > 0) return;
  const teamId = await createTeam(ctx, orgId, { name: DEMO_TEAM, mode: "round_robin", onlyOnline: false });
  await setTeamMembers(ctx, await requireTeam(ctx, orgId, teamId), [jana._id, malte._id]);
  const by = { orgId, member: jana };
  await setSignature(ctx, by, { businessEntity: "all", isOwn: false, text: SIGNATURES.brand });
  await setSignature(ctx, by, { businessEntity: "all", isOwn: true, text: SIGNATURES.jana });
  const rainCheck = await createSnippet(ctx, orgId, "rainCheck");
  await createSnippet(ctx, orgId, "parking");
  const any = { channels: [], threadTypes: [] };
  const shared = { audience: { kind: "all" as const }, context: any };
  const weather: MacroStep[] = [
    { kind: "reply", templateId: rainCheck, send: false },
    { kind: "tag", tag: "Wetter" },
    { kind: "assign", assigneeId: "me" },
  ];
  const complaint: MacroStep[] = [
    { kind: "type", threadType: "complaint" },
    { kind: "priority", priority: "high" },
    { kind: "note", text: "Reklamation: bitte innerhalb eines Tages persönlich anrufen." },
    { kind: "task", title: "Reklamation: anrufen", dueDays: 1, assigneeId: "me" },
    { kind: "status", status: "in_progress" },
  ];
  await createMacro(ctx, by, { ...shared, name: "Wetterfrage beantworten", steps: weather });
  const context = { ...any, threadTypes: ["complaint" as const] };
  await createMacro(ctx, by, { ...shared, context, name: "Reklamation aufnehmen", steps: complaint });
  for (const segment of SEGMENTS) await createSegment(ctx, by, segment, Date.now());
  for (const rule of SORTING_RULES) await createRule(ctx, { orgId, memberId: jana._id }, rule);
  // A draft beside the live journey, to rehearse and switch on.
  await createReadyMade(ctx, by, { kind: "course", language: "de" });
}

/** Gives the demo a customer and a partner with their people, and the orders some of their conversations are about. */
export async function furnishAccounts(ctx: MutationCtx, orgId: Id<"organisations">): Promise<void> {
  const jana = (await demoAgents(ctx, orgId)).get("jana");
  if (jana === undefined) throw new Error("The demo workspace has no Jana.");
  const actor = { kind: "member", memberId: jana._id } as const;
  for (const { name, kind, domains, people } of ACCOUNTS) {
    const { accountId } = await ensureAccount(ctx, { orgId, actor }, { name, kind });
    await changeAccount(ctx, { orgId, actor }, accountId, { domains });
    for (const { contact, orders } of people) {
      const { _id } = await createContact(ctx, orgId, CONTACTS[contact]);
      await patchContact(ctx, _id, { accountId });
      await setOrders(ctx, _id, orders);
    }
  }
  for (const { contact, number, status } of ORDERS) {
    const { _id } = await createContact(ctx, orgId, CONTACTS[contact]);
    await writeOrder(ctx, { _id, orgId }, { number, key: keyOf(number), status });
  }
}

async function setOrders(ctx: MutationCtx, contactId: Id<"contacts">, orders: readonly string[]): Promise<void> {
  const thread = await ctx.db
    .query("threads")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .order("desc")
    .first();
  const [orderRef, ...moreOrders] = orders;
  if (thread !== null && orderRef !== undefined) await patchThread(ctx, thread, { orderRef, moreOrders });
}

async function createSnippet(ctx: MutationCtx, orgId: Id<"organisations">, key: keyof typeof SNIPPETS) {
  const { name, ...text } = SNIPPETS[key];
  const kept = { orgId, name, category: "customer_service", channelType: "any", businessEntity: "all" } as const;
  const id = await createTemplate(ctx, { ...kept, locale: "de-DE", isSnippet: true });
  await publishVersion(ctx, await requireTemplate(ctx, orgId, id), { ...text, subject: "", layout: "agent_reply" });
  return id;
}
