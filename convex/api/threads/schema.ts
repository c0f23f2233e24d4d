import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";
import { vAddressChannel, vAttributeValue } from "../../contacts/schema";
import { vCall, vCallDirection, vCallOutcome } from "../../inbox/calls/schema";
import { vDeliveryStatus } from "../../inbox/deliveryStatuses";
import { vMessageType } from "../../inbox/schema";
import { vChannel, vPriority, vThreadChannel, vThreadStatus, vThreadType } from "../../lib/closedSets";
import { vApiAccountName } from "../accounts/schema";
import { vApiPerson, vAttributeChange } from "../contacts/schema";

/** A conversation as the API shows it (requirement S1, communication_thread). Instants are UTC ms. */
export const vApiThread = v.object({
  id: v.string(),
  number: v.number(),
  subject: v.string(),
  type: vThreadType,
  priority: vPriority,
  status: vThreadStatus,
  channel: vThreadChannel,
  contact: v.union(v.object({ id: v.string(), name: v.string() }), v.null()),
  /** What the conversation itself names; where it names no customer, its person's organisation counts. */
  customerOrganization: v.union(vApiAccountName, v.null()),
  partnerOrganization: v.union(vApiAccountName, v.null()),
  assignee: v.union(v.object({ memberId: v.string(), name: v.string() }), v.null()),
  team: v.union(v.object({ id: v.string(), name: v.string() }), v.null()),
  /** The first of `orders`. */
  order: v.union(v.string(), v.null()),
  orders: v.array(v.string()),
  /** The address or number of ours it lies in. */
  mailbox: v.union(v.string(), v.null()),
  tags: v.array(v.string()),
  externalReferences: v.record(v.string(), v.string()),
  attributes: v.record(v.string(), vAttributeValue),
  lastMessageAt: v.number(),
  responseDueAt: v.union(v.number(), v.null()),
  createdAt: v.number(),
  /** When it, or what belongs to it as status and deadline do, changed last. */
  updatedAt: v.number(),
});
export type ApiThread = Infer<typeof vApiThread>;

/** One entry of a conversation (requirement S1, communication_message). */
export const vApiThreadMessage = v.object({
  id: v.string(),
  threadId: v.string(),
  type: vMessageType,
  channel: v.union(vChannel, v.null()),
  sender: v.object({ kind: literals("member", "contact", "system"), name: v.string() }),
  recipients: v.array(v.object({ kind: literals("to", "cc", "bcc"), address: v.string() })),
  /** Of ours, where its writer chose it. */
  from: v.union(v.string(), v.null()),
  subject: v.union(v.string(), v.null()),
  text: v.string(),
  html: v.union(v.string(), v.null()),
  attachments: v.array(
    v.object({
      name: v.string(),
      contentType: v.string(),
      sizeBytes: v.number(),
      url: v.union(v.string(), v.null()),
    }),
  ),
  deliveryStatus: v.union(vDeliveryStatus, v.null()),
  failureReason: v.union(v.string(), v.null()),
  readAt: v.union(v.number(), v.null()),
  metadata: v.record(v.string(), v.string()),
  call: v.union(
    v.object({ ...vCall.pick("direction", "outcome", "seconds").fields, callbackAt: v.union(v.number(), v.null()) }),
    v.null(),
  ),
  /** When it leaves, of an answer that has not left yet. */
  scheduledFor: v.union(v.number(), v.null()),
  at: v.number(),
});
export type ApiThreadMessage = Infer<typeof vApiThreadMessage>;

/** What a request writes into a conversation. */
export const vApiEntry = v.object({
  type: literals("outgoing", "internal_note", "phone_call", "incoming"),
  text: v.string(),
  html: v.optional(v.string()),
  close: v.optional(v.boolean()),
  from: v.optional(v.union(v.string(), v.null())),
  /** Of an answer by e-mail: who it goes to; absent: as the newest mail has it. */
  to: v.optional(v.array(v.string())),
  cc: v.optional(v.array(v.string())),
  bcc: v.optional(v.array(v.string())),
  /** What was stored of its attachments. */
  files: v.optional(v.array(v.object({ storageId: v.id("_storage"), name: v.string() }))),
  /** Leaves then, UTC ms; absent: now. */
  sendAt: v.optional(v.number()),
  cancelIfAnswered: v.optional(v.boolean()),
  externalMessageId: v.optional(v.string()),
  /** UTC ms; when the customer wrote it, or when the call was. */
  at: v.optional(v.number()),
  /** Of a call. */
  direction: v.optional(vCallDirection),
  outcome: v.optional(vCallOutcome),
  seconds: v.optional(v.number()),
  callbackAt: v.optional(v.number()),
});
export type ApiEntry = Infer<typeof vApiEntry>;

const newThread = {
  subject: v.string(),
  type: vThreadType,
  priority: vPriority,
  tags: v.array(v.string()),
  externalReferences: v.record(v.string(), v.string()),
  order: v.optional(v.string()),
  orders: v.optional(v.array(v.string())),
  customerOrganizationId: v.optional(v.string()),
  partnerOrganizationId: v.optional(v.string()),
  assigneeId: v.optional(v.string()),
  teamId: v.optional(v.string()),
  attributes: v.optional(vAttributeChange),
};

/** A conversation with a customer. */
export const vApiNewThread = v.object({
  ...newThread,
  contact: vApiPerson,
  channel: vAddressChannel,
  message: v.optional(vApiEntry),
});
export type ApiNewThread = Infer<typeof vApiNewThread>;

const note = v.object({ type: v.literal("internal_note"), text: v.string() });

/** A conversation of the team alone. */
export const vApiNewInternalThread = v.union(
  v.object({
    ...newThread,
    channel: v.literal("internal_comment"),
    message: note,
    memberIds: v.array(v.string()),
  }),
  v.object({
    ...newThread,
    channel: v.literal("internal_ticket"),
    message: v.optional(note),
    category: v.string(),
  }),
);
export type ApiNewInternalThread = Infer<typeof vApiNewInternalThread>;

export const vApiThreadChange = v.object({
  subject: v.optional(v.string()),
  type: v.optional(vThreadType),
  priority: v.optional(vPriority),
  status: v.optional(vThreadStatus),
  customerOrganizationId: v.optional(v.union(v.string(), v.null())),
  partnerOrganizationId: v.optional(v.union(v.string(), v.null())),
  assigneeId: v.optional(v.union(v.string(), v.null())),
  teamId: v.optional(v.union(v.string(), v.null())),
  order: v.optional(v.union(v.string(), v.null())),
  orders: v.optional(v.array(v.string())),
  tags: v.optional(v.array(v.string())),
  externalReferences: v.optional(v.record(v.string(), v.string())),
  attributes: v.optional(vAttributeChange),
});
export type ApiThreadChange = Infer<typeof vApiThreadChange>;
