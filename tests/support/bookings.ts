import { vi } from "vitest";
import type { Id } from "../../convex/_generated/dataModel";
import { createSource } from "../../convex/bookings/model/sources";
import { resolveContact } from "../../convex/contacts/model";
import { hmacSha256Hex } from "../../convex/lib/crypto";
import { flowFromSteps } from "../../convex/sequences/flow/fromSteps";
import { createSequence, publishFlow, requireSequence } from "../../convex/sequences/model/sequences";
import type { Step } from "../../convex/sequences/schema";
import { createTemplate, publishVersion, requireTemplate } from "../../convex/templates/model";
import type { setupConvex } from "./convex";
import { makeOrg } from "./members";

type Backend = ReturnType<typeof setupConvex>;

// Secrets of the two sources `makeBookingWorkspace` makes.
const CALCOM_SECRET = "calcom-secret";
export const GENERIC_SECRET = `whsec_${btoa("0123456789abcdef0123456789abcdef")}`;

/** Runs what is due now, and what that schedules in turn, without moving the clock by more than a few milliseconds. */
export async function settle(t: Backend, rounds = 12): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    vi.advanceTimersByTime(1);
    await t.finishInProgressScheduledFunctions();
  }
}

/** An organisation in Berlin with a cal.com and a generic source and the journey of issue 2: 7, 3, 1, during, after. */
export async function makeBookingWorkspace(t: Backend) {
  const orgId = await makeOrg(t);
  return await t.run(async (ctx) => {
    const templateId = await createTemplate(ctx, {
      orgId,
      name: "Erinnerung",
      category: "follow_up",
      channelType: "any",
      businessEntity: "all",
      locale: "de-DE",
    });
    const template = await requireTemplate(ctx, orgId, templateId);
    const body = "Guten Tag {{firstName}}, {{eventName}} am {{eventDate}} um {{eventTime}}.";
    await publishVersion(ctx, template, { subject: "{{eventName}} am {{eventDate}}", body, layout: "reminder" });
    const calcom = await createSource(ctx, {
      orgId,
      kind: "calcom",
      name: "cal.com",
      venueZone: "Europe/Berlin",
      publicId: "calcom-source",
      secret: CALCOM_SECRET,
    });
    const generic = await createSource(ctx, {
      orgId,
      kind: "generic",
      name: "Buchungssystem",
      publicId: "generic-source",
      secret: GENERIC_SECRET,
    });
    const sequenceId = await createSequence(ctx, { orgId, name: "Segelkurs", description: "", sourceIds: [] });
    await publishFlow(ctx, await requireSequence(ctx, orgId, sequenceId), flowFromSteps(journeySteps(templateId)));
    // Somebody else with the same name must not be mistaken for the customer.
    await resolveContact(ctx, { orgId, name: "Anna Weber", email: "andere.anna@example.org" });
    return { orgId, templateId, sequenceId, calcom, generic };
  });
}

/** The five steps of the demo journey. */
export function journeySteps(templateId: Id<"templates">): Step[] {
  const shared = {
    templateId,
    channel: "email",
    purpose: "transactional",
    latePolicy: { kind: "skip" },
    repeatAfterMove: false,
  } as const;
  const start = (offsetDays: number, at?: string) => ({ kind: "days", anchor: "start", offsetDays, at }) as const;
  return [
    { ...shared, stepId: "before-7", name: "7 Tage vorher", phase: "before", timing: start(-7) },
    { ...shared, stepId: "before-3", name: "3 Tage vorher", phase: "before", timing: start(-3) },
    { ...shared, stepId: "before-1", name: "1 Tag vorher", phase: "before", timing: start(-1) },
    { ...shared, stepId: "during", name: "Am Kurstag", phase: "during", timing: start(0, "12:00") },
    {
      ...shared,
      stepId: "after-1",
      name: "Danke",
      phase: "after",
      timing: { kind: "days", anchor: "end", offsetDays: 1, at: "10:00" },
    },
  ];
}

/** A cal.com webhook body with the fields that matter; `payload` overrides. */
export function calcomBody(triggerEvent: string, createdAt: string, payload: Record<string, unknown> = {}): string {
  return JSON.stringify({
    triggerEvent,
    createdAt,
    payload: {
      type: "jollen-grundkurs",
      title: "Jollen-Grundkurs",
      startTime: "2026-10-24T07:00:00Z",
      endTime: "2026-10-24T14:00:00Z",
      organizer: { name: "Jana Petersen", email: "jana@haff-segeln.example", timeZone: "Europe/Lisbon" },
      attendees: [
        {
          name: "Anna Weber",
          email: "anna.weber@example.org",
          timeZone: "America/New_York",
          language: { locale: "de" },
        },
      ],
      responses: {},
      location: "Am Hafen 3, 17373 Ueckermünde",
      uid: "uid-1",
      bookingId: 1,
      status: "ACCEPTED",
      metadata: {},
      ...payload,
    },
  });
}

/** Sends a signed cal.com webhook to the source of `makeBookingWorkspace`. */
export async function postCalcom(t: Backend, body: string, signature?: string): Promise<Response> {
  const headers = { "X-Cal-Signature-256": signature ?? (await hmacSha256Hex(CALCOM_SECRET, body)) };
  return await t.fetch("/hooks/booking/calcom-source", { method: "POST", body, headers });
}
