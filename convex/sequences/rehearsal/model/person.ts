import type { Doc, Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { requireContact } from "../../../contacts/model";
import { Foresight, type Foreseen, type Intended } from "../../../delivery/foresight/model";
import { findTemplate } from "../../../templates/model";
import { stretchOf } from "../../flow/limits";
import type { Flow, MessageNode } from "../../flow/schema";
import type { Visit } from "../../flow/walk";
import { NO_TEMPLATE } from "../../closedSets";
import { placesOf, type Places } from "../../model/decisions";
import { Desk } from "../../model/desk";
import { planTraveller } from "../../model/enrol";
import { matches, refusalOf } from "../../model/entries";
import { laneOf, messageKey } from "../../model/runs";
import type { StepPlan } from "../../timing";
import type { RehearsedEntry } from "../schema";

// One person of one booking, rehearsed: the walk and the planner of the engine, on an enrolment that nobody wrote.

/** A message with all that was found out about it. */
export type Rehearsed = {
  node: MessageNode;
  plan: StepPlan;
  isSure: boolean;
  /** Null: it is not to leave at all, or has no text. */
  intended: Intended | null;
  foreseen: Foreseen | null;
  /** Set by the checks that look at all messages of a person. */
  objection: { reason: string; detail: string } | null;
};

/** A person's journey; the messages that are sure first, each part in the order of the journey. */
export type RehearsedJourney = {
  booking: Doc<"bookings">;
  contact: Doc<"contacts">;
  entry: RehearsedEntry;
  zone: string;
  visits: Visit[];
  values: Record<string, string>;
  messages: Rehearsed[];
};

/** Rehearses a journey for one after the other: what they have in common is read once, places of limits are taken. */
export class Rehearsal {
  readonly desk = new Desk();
  private readonly contacts = new Map<Id<"contacts">, Doc<"contacts">>();
  private entries = 0;
  private readonly entered = new Set<Id<"contacts">>();
  private readonly texts = new Map<string, Promise<Id<"templateVersions"> | null>>();

  private constructor(
    private readonly ctx: QueryCtx,
    private readonly sequence: Doc<"sequences">,
    private readonly versionId: Id<"sequenceVersions">,
    private readonly foresight: Foresight,
    private readonly places: Places,
    private readonly now: number,
  ) {
    this.desk.places = places;
  }

  static async begin(ctx: QueryCtx, sequence: Doc<"sequences">, flow: Flow, now: number): Promise<Rehearsal> {
    const { _id: sequenceId, orgId } = sequence;
    const none = { enrolmentId: "", stepId: "", stepRunId: "", bookingId: "" };
    const foresight = new Foresight(ctx, orgId, { kind: "sequence", sequenceId, ...none }, now);
    const places = await placesOf(ctx, sequenceId, flow, now);
    const rehearsal = new Rehearsal(ctx, sequence, IMAGINED, foresight, places, now);
    await rehearsal.desk.imagine(ctx, sequenceId, IMAGINED, flow);
    return rehearsal;
  }

  /** The journey of one person, and who they are to it. Two bookings of one person are told apart by their order here. */
  async journeyOf(booking: Doc<"bookings">, person: Doc<"bookingPeople">): Promise<RehearsedJourney> {
    const { ctx, sequence, versionId, now, desk } = this;
    const { contactId } = person;
    const contact = await this.contactOf(contactId);
    const of = { orgId: sequence.orgId, sequenceId: sequence._id, versionId, bookingId: booking._id, contactId };
    const enrolment: Doc<"enrolments"> = {
      _id: IMAGINED_ENROLMENT,
      _creationTime: now,
      ...of,
      state: { kind: "active" },
      enrolledAt: now,
    };
    const entry = await this.entryOf(booking, contactId);
    const { path, wanted } = await planTraveller(ctx, { enrolment, booking, person, contact }, now, desk);
    if (entry === "enters") this.takePlaces(path.visits);
    const sure = wanted.map(({ step, plan }) => ({ node: step, plan, isSure: true }));
    const perhaps = path.visits.flatMap((visit) =>
      visit.kind === "message" && !visit.isSure ? [{ node: visit.node, plan: visit.plan, isSure: false }] : [],
    );
    const messages: Rehearsed[] = [];
    for (const each of [...sure, ...perhaps]) {
      messages.push(await this.rehearsed(each, enrolment, path.values));
    }
    return { booking, contact, entry, zone: path.zone.zone, visits: path.visits, values: path.values, messages };
  }

  /**
   * The checks that look at all messages of a person together (age, cap), in the order in which they leave, and the start
   * of the booking; `journeys` in any order. Those who do not enter use up nobody's cap.
   */
  async check(journeys: readonly RehearsedJourney[]): Promise<void> {
    const byPerson = new Map<string, number[]>();
    const all = journeys.flatMap((journey) => journey.messages.map((message) => ({ journey, message })));
    const leaving = all.flatMap(({ journey, message }) => {
      const at = message.foreseen?.allowed?.at;
      return at === undefined ? [] : [{ journey, message, at }];
    });
    for (const { journey, message, at } of leaving.toSorted((a, b) => a.at - b.at)) {
      const { node, intended, foreseen } = message;
      if (intended === null || foreseen === null) continue;
      if (node.phase === "before" && at >= journey.booking.startsAt) {
        message.objection = { reason: "would_pass_start", detail: "" };
        continue;
      }
      const { _id: contactId } = journey.contact;
      const others = byPerson.get(contactId) ?? [];
      message.objection = await this.foresight.objection(intended, foreseen.dueAt, at, others);
      const isCounted = message.objection === null && message.isSure && COUNTED.has(journey.entry);
      if (!isCounted || !(await this.foresight.counts(node.purpose))) continue;
      byPerson.set(contactId, [...others, at]);
    }
  }

  /** What a message would say; null: it has no text. */
  async textOf({ intended, foreseen }: Rehearsed): Promise<{ subject: string; text: string } | null> {
    if (intended === null) return null;
    return await this.foresight.textOf(intended, foreseen?.route.kind === "send" ? foreseen.route.channel : null);
  }

  private async contactOf(contactId: Id<"contacts">): Promise<Doc<"contacts">> {
    const known = this.contacts.get(contactId);
    if (known !== undefined) return known;
    const contact = await requireContact(this.ctx, this.sequence.orgId, contactId);
    this.contacts.set(contactId, contact);
    this.foresight.know(contact);
    return contact;
  }

  private async entryOf(booking: Doc<"bookings">, contactId: Id<"contacts">): Promise<RehearsedEntry> {
    const { ctx, sequence, now, desk } = this;
    const { _id: sequenceId, sourceIds } = sequence;
    const known = await ctx.db
      .query("enrolments")
      .withIndex("by_key", (q) =>
        q.eq("sequenceId", sequenceId).eq("bookingId", booking._id).eq("contactId", contactId),
      )
      .unique();
    if (known !== null) return "inside";
    if (sourceIds.length > 0 && !sourceIds.includes(booking.sourceId)) return "other_source";
    const { reentry } = await desk.settingsOf(ctx, sequenceId);
    const wish = { sequence, booking, contactId };
    if (reentry.kind !== "each_booking" && this.entered.has(contactId)) {
      return (await matches(ctx, wish, now, desk)) ? "again" : "not_matching";
    }
    const refusal = await refusalOf(ctx, wish, now, desk, this.entries);
    if (refusal === null) {
      this.entered.add(contactId);
      this.entries += 1;
    }
    return refusal ?? "enters";
  }

  /** Who gets to a limit has their place in it before the next one comes. */
  private takePlaces(visits: readonly Visit[]): void {
    for (const visit of visits) {
      if (visit.kind !== "passed" || !visit.isNew || visit.node.kind !== "limit") continue;
      const stretches = this.places.get(visit.node.stepId);
      const from = stretchOf(visit.node, visit.at);
      stretches?.set(from, (stretches.get(from) ?? 0) + 1);
    }
  }

  private async rehearsed(
    { node, plan, isSure }: Pick<Rehearsed, "node" | "plan" | "isSure">,
    enrolment: Doc<"enrolments">,
    values: Record<string, string>,
  ): Promise<Rehearsed> {
    const nothing = { node, plan, isSure, intended: null, foreseen: null, objection: null };
    if (plan.kind !== "send") return nothing;
    const templateVersionId = await this.versionOf(node);
    if (templateVersionId === null) return { ...nothing, objection: { reason: "no_template", detail: "" } };
    const { contactId } = enrolment;
    const { channel, purpose, stepId } = node;
    const intended: Intended = {
      contactId,
      lane: laneOf(node),
      channel,
      purpose,
      content: { kind: "template", templateVersionId, values },
      dueAt: plan.dueAt,
      idempotencyKey: messageKey(enrolment, stepId, 0),
    };
    return { ...nothing, intended, foreseen: await this.foresight.foresee(intended) };
  }

  /** Null: the draft names none, or one that cannot be sent; its problems say so too. */
  private async versionOf({ templateId }: MessageNode): Promise<Id<"templateVersions"> | null> {
    const read = async () => {
      if (templateId === NO_TEMPLATE) return null;
      const template = await findTemplate(this.ctx, this.sequence.orgId, templateId);
      return template?.currentVersionId ?? null;
    };
    const known = this.texts.get(templateId) ?? read();
    this.texts.set(templateId, known);
    return await known;
  }
}

const COUNTED: ReadonlySet<RehearsedEntry> = new Set<RehearsedEntry>(["enters", "inside"]);

// Ids of nothing: whatever is asked by them finds nothing, as for somebody just enrolled.
const IMAGINED = "imagined" as Id<"sequenceVersions">;
const IMAGINED_ENROLMENT = "imagined" as Id<"enrolments">;
