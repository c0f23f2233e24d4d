import type { Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { createSource, listSources } from "../../bookings/model/sources";
import { createChannel, createConnection } from "../../connections/model";
import { consentOf, recordConsent } from "../../contacts/consents/model";
import { addAddress, resolveContact } from "../../contacts/model";
import { addMember, createOrganisation, ensurePerson, listMembers } from "../../orgs/model";
import type { Role } from "../../lib/permissions";
import { flowFromSteps } from "../../sequences/flow/fromSteps";
import { createSequence, publishFlow, requireSequence } from "../../sequences/model/sequences";
import type { Step } from "../../sequences/schema";
import { createTemplate, publishVersion, requireTemplate } from "../../templates/model";
import { CONTACTS, type DemoContact } from "../data/people";
import { FALLBACKS, type TemplateKey, TEMPLATES } from "../data/templates";

// The demo workspace's standing parts: organisation, people, channels, templates, sources, journey, customers.

export const DEMO_ORG = { name: "Segelschule Haff", slug: "segelschule-haff", timezone: "Europe/Berlin" } as const;
const INFO_ADDRESS = "info@haff-segeln.example";

/** Names of the demo's two booking sources. */
export const SOURCE_NAMES = { website: "Website haff-segeln.example", calcom: "cal.com" } as const;

/** The demo organisation, finished or not; null before the first seeding. */
export async function getDemoWorkspace(ctx: QueryCtx) {
  return await ctx.db
    .query("organisations")
    .withIndex("by_slug", (q) => q.eq("slug", DEMO_ORG.slug))
    .first();
}

/** Makes the standing parts, or returns the organisation when it is there already. */
export async function createWorkspace(ctx: MutationCtx): Promise<Id<"organisations">> {
  const existing = await getDemoWorkspace(ctx);
  if (existing !== null) return existing._id;
  const orgId = await createOrganisation(ctx, {
    ...DEMO_ORG,
    locale: "de-DE",
    brand: {
      accentColor: "#0f5c7a",
      tagline: "Segeln lernen am Stettiner Haff",
      websiteUrl: "https://haff-segeln.example",
      imprint: ["Segelschule Haff", "Am Strand 12, 17373 Ueckermünde", INFO_ADDRESS, "Inhaberin: Jana Petersen"],
    },
  });
  await furnish(ctx, orgId, { email: INFO_ADDRESS, sms: "+491713920098", whatsapp: "+491713920099" });
  for (const contact of Object.values<DemoContact>(CONTACTS)) await createContact(ctx, orgId, contact);
  return orgId;
}

/** Addresses of the inbox channels; those that are absent receive only from simulated devices. */
type OwnAddresses = { email: string; sms?: string; whatsapp?: string };

/** A source's address part and secret, where they must be known beforehand. */
type KnownSource = { publicId: string; secret: string };

/** Channels with sandbox connections, templates, a generic and a cal.com source, and the journey. */
export async function furnish(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  addresses: OwnAddresses,
  known: { website?: KnownSource; calcom?: KnownSource } = {},
) {
  await createChannels(ctx, orgId, addresses);
  const templateIds = await createTemplates(ctx, orgId);
  const venueZone = DEMO_ORG.timezone;
  const { website, calcom } = known;
  await createSource(ctx, { orgId, kind: "generic", name: SOURCE_NAMES.website, venueZone, ...website });
  await createSource(ctx, { orgId, kind: "calcom", name: SOURCE_NAMES.calcom, ...calcom });
  await createJourney(ctx, orgId, templateIds);
}

/** Opens the workspace: from now on the demo sign-in exists. Last, so that nobody signs in to half of it. */
export async function openWorkspace(ctx: MutationCtx, orgId: Id<"organisations">): Promise<void> {
  await ctx.db.patch("organisations", orgId, { isDemo: true });
}

/** Makes the person behind a local account a member; somebody who is one already stays as they are. */
export async function joinWorkspace(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  person: { userId: Id<"users">; name: string; email: string; role: Role },
): Promise<Id<"members">> {
  const { userId, name, email, role } = person;
  return await addMember(ctx, {
    orgId,
    person: await ensurePerson(ctx, { authKey: `local:${userId}`, name, email }),
    role,
  });
}

/** The members of the demo by first name, lower case: "jana", "malte". */
export async function demoAgents(ctx: QueryCtx, orgId: Id<"organisations">) {
  const members = await listMembers(ctx, orgId);
  return new Map(members.map((member) => [member.displayName.split(" ")[0]?.toLowerCase() ?? "", member]));
}

/** The source of the demo with this name. Throws when the workspace is not made yet. */
export async function demoSource(ctx: QueryCtx, orgId: Id<"organisations">, key: keyof typeof SOURCE_NAMES) {
  const source = (await listSources(ctx, orgId)).find(({ name }) => name === SOURCE_NAMES[key]);
  if (source === undefined) throw new Error(`The demo workspace has no source "${SOURCE_NAMES[key]}".`);
  return source;
}

/** A contact of the demo with its addresses. The same contact again is the one that exists. */
export async function createContact(ctx: MutationCtx, orgId: Id<"organisations">, contact: DemoContact) {
  const { name, email, phone, hasWhatsapp, locale, timezone } = contact;
  const row = await resolveContact(ctx, { orgId, name, email, phone, locale, timezone });
  if (hasWhatsapp && phone !== undefined) {
    const contactId = row._id;
    await addAddress(ctx, { orgId, contactId, channel: "whatsapp", address: phone });
    if ((await consentOf(ctx, contactId, "whatsapp", "transactional")) === "unknown") {
      await recordConsent(ctx, {
        orgId,
        contactId,
        channel: "whatsapp",
        purpose: "transactional",
        state: "granted",
        wordingVersion: "website-2026-1",
        source: "demo",
      });
    }
  }
  return row;
}

async function createChannels(ctx: MutationCtx, orgId: Id<"organisations">, own: OwnAddresses): Promise<void> {
  const email = await createConnection(ctx, {
    orgId,
    channel: "email",
    provider: "sandbox",
    name: "Sandbox E-Mail",
    ratePerSecond: 50,
    settings: { fromAddress: own.email, fromName: DEMO_ORG.name },
  });
  const sms = await createConnection(ctx, {
    orgId,
    channel: "sms",
    provider: "sandbox",
    name: "Sandbox SMS",
    ratePerSecond: 50,
    priceMicros: 75_000,
    settings: { senderId: "HaffSegeln" },
  });
  const whatsapp = await createConnection(ctx, {
    orgId,
    channel: "whatsapp",
    provider: "sandbox",
    name: "Sandbox WhatsApp",
    ratePerSecond: 50,
    priceMicros: 55_000,
    settings: { senderId: own.whatsapp ?? "WhatsApp" },
  });
  const channels = [
    { channelType: "email_outlook", channelName: "E-Mail", address: own.email, connectionId: email, hours: 4 },
    { channelType: "sms", channelName: "SMS", address: own.sms, connectionId: sms, hours: 2 },
    {
      channelType: "whatsapp_business",
      channelName: "WhatsApp",
      address: own.whatsapp,
      connectionId: whatsapp,
      hours: 1,
    },
  ] as const;
  for (const { hours, ...channel } of channels) {
    await createChannel(ctx, { orgId, ...channel, isActive: true, responseSlaHours: hours });
  }
}

async function createTemplates(ctx: MutationCtx, orgId: Id<"organisations">) {
  const ids = {} as Record<TemplateKey, Id<"templates">>;
  for (const key of Object.keys(TEMPLATES) as TemplateKey[]) {
    const { name, category, ...text } = TEMPLATES[key];
    const kept = { orgId, name, category, channelType: "any", businessEntity: "all", locale: "de-DE" } as const;
    ids[key] = await createTemplate(ctx, kept);
    await publishVersion(ctx, await requireTemplate(ctx, orgId, ids[key]), { ...text, variables: FALLBACKS });
  }
  return ids;
}

/** "Segelkurs: vor, während, nach": 7, 3 and 1 day before, one on the first day, one the day after (requirement S4). */
export function journeySteps(templateIds: Record<TemplateKey, Id<"templates">>): Step[] {
  const shared = {
    channel: "email",
    purpose: "transactional",
    latePolicy: { kind: "skip" },
    repeatAfterMove: false,
  } as const;
  const before = (offsetDays: number) => ({ kind: "days", anchor: "start", offsetDays }) as const;
  return [
    {
      ...shared,
      stepId: "vorher-7",
      name: "Vorfreude",
      phase: "before",
      timing: before(-7),
      templateId: templateIds.week,
    },
    {
      ...shared,
      stepId: "vorher-3",
      name: "Anfahrt",
      phase: "before",
      timing: before(-3),
      // Where to meet is worth telling again for another date.
      repeatAfterMove: true,
      templateId: templateIds.threeDays,
    },
    {
      ...shared,
      stepId: "vorher-1",
      name: "Letzte Hinweise",
      phase: "before",
      timing: before(-1),
      // Better late than never, until two hours before the start.
      latePolicy: { kind: "send_now", untilMinutesBeforeAnchor: 120 },
      templateId: templateIds.dayBefore,
    },
    {
      ...shared,
      stepId: "waehrend",
      name: "Läuft alles?",
      phase: "during",
      channel: "sms",
      purpose: "service",
      timing: { kind: "days", anchor: "start", offsetDays: 0, at: "12:00" },
      templateId: templateIds.during,
    },
    {
      ...shared,
      stepId: "nachher-1",
      name: "Dank",
      phase: "after",
      purpose: "service",
      timing: { kind: "days", anchor: "end", offsetDays: 1, at: "10:00" },
      templateId: templateIds.after,
    },
  ];
}

async function createJourney(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  templateIds: Record<TemplateKey, Id<"templates">>,
): Promise<void> {
  const sequenceId = await createSequence(ctx, {
    orgId,
    name: "Segelkurs: vor, während, nach",
    description: "Begleitet jeden gebuchten Kurs: Vorfreude, Anfahrt, letzte Hinweise, Nachfrage am Kurstag und Dank.",
    sourceIds: [],
  });
  await publishFlow(ctx, await requireSequence(ctx, orgId, sequenceId), flowFromSteps(journeySteps(templateIds)));
}
