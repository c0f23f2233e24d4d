import type { Id } from "../../convex/_generated/dataModel";
import type { MutationCtx } from "../../convex/_generated/server";
import { enqueue } from "../../convex/delivery/model";

type Person = { orgId: Id<"organisations">; contactId: Id<"contacts"> };

async function enrol(ctx: MutationCtx, { orgId, contactId }: Person, bookingId: Id<"bookings">): Promise<void> {
  const sequenceId =
    (await ctx.db.query("sequences").first())?._id ??
    (await ctx.db.insert("sequences", { orgId, name: "Kurs", description: "", status: "active", sourceIds: [] }));
  const version = { orgId, sequenceId, number: 1, steps: [], publishedAt: 0 };
  const versionId =
    (await ctx.db.query("sequenceVersions").first())?._id ?? (await ctx.db.insert("sequenceVersions", version));
  const of = { orgId, sequenceId, bookingId, contactId };
  const enrolmentId = await ctx.db.insert("enrolments", { ...of, versionId, state: { kind: "active" }, enrolledAt: 0 });
  const state = { kind: "waiting", anchor: "completed" } as const;
  const run = { stepId: "thanks", occurrence: 0, plannedAt: null, zone: "Europe/Berlin", state, explanation: "" };
  await ctx.db.insert("stepRuns", { ...of, enrolmentId, ...run });
}

async function askForRating(ctx: MutationCtx, person: Person, threadId: Id<"threads">): Promise<void> {
  const { orgId } = person;
  const eventId = await ctx.db.insert("domainEvents", {
    orgId,
    kind: "thread.closed",
    subject: { threadId },
    payload: {},
    at: 0,
    depth: 0,
  });
  const state = { kind: "answered", at: 3_000 } as const;
  const asked = { channel: "email", locale: "de", sentAt: 2_000 } as const;
  await ctx.db.insert("surveys", {
    ...person,
    eventId,
    threadId,
    ...asked,
    measures: ["nps"],
    state,
    ratings: { nps: 9 },
  });
}

/** What a person has elsewhere, straight into the tables: an order, conversations, a booking with a journey, messages. */
export async function giveHistory(
  ctx: MutationCtx,
  { orgId, contactId, threads, bookings }: Person & { threads: number; bookings: Id<"bookings">[] },
): Promise<void> {
  const number = `A-${contactId}`;
  await ctx.db.insert("orders", { orgId, contactId, number, key: number.toLowerCase() });
  for (let each = 0; each < threads; each++) {
    const threadId = await ctx.db.insert("threads", {
      orgId,
      number: each + 1,
      isPlaced: true,
      changedAt: Date.now(),
      subject: `Frage ${each}`,
      threadType: "customer_support",
      priority: "normal",
      status: "closed",
      isOpen: false,
      contactId,
      channel: "email",
      lastMessageAt: 1_000 + each,
      lastMessagePreview: "",
      lastMessageType: "incoming",
      tags: [],
      externalReferences: {},
      replyToken: `token-${contactId}-${each}`,
    });
    await ctx.db.insert("messages", {
      orgId,
      threadId,
      messageType: "incoming",
      channel: "email",
      sender: { kind: "contact", contactId, address: "x@y.example" },
      recipients: [],
      text: "Hallo",
      fileIds: [],
      isAutomatic: false,
      at: 1_000 + each,
    });
    await askForRating(ctx, { orgId, contactId }, threadId);
  }
  for (const bookingId of bookings) {
    await ctx.db.insert("bookingPeople", { orgId, bookingId, contactId, isBooker: true });
    await enrol(ctx, { orgId, contactId }, bookingId);
    await enqueue(ctx, {
      orgId,
      lane: "transactional",
      channel: "email",
      contactId,
      purpose: "transactional",
      source: { kind: "system", name: "test" },
      content: { kind: "finished", subject: "Kurs", text: "Bis bald", fileIds: [] },
      dueAt: Date.now() + 1_000,
      idempotencyKey: `${bookingId}:${contactId}`,
    });
  }
}

/** Bookings nobody takes part in yet. */
export async function makeBookings(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  count: number,
): Promise<Id<"bookings">[]> {
  const sourceId = await ctx.db.insert("bookingSources", {
    orgId,
    kind: "generic",
    name: "Shop",
    publicId: "shop",
    encryptedSecret: "x",
    isEnabled: true,
  });
  const ids: Id<"bookings">[] = [];
  for (let each = 0; each < count; each++) {
    ids.push(
      await ctx.db.insert("bookings", {
        orgId,
        sourceId,
        externalId: `b-${each}`,
        title: "Kurs",
        status: "confirmed",
        isActive: true,
        startsAt: 1,
        endsAt: 2,
        bookedAt: 0,
        location: { kind: "online" },
        previousExternalIds: [],
        sourceUpdatedAt: 0,
        attributes: {},
      }),
    );
  }
  return ids;
}
