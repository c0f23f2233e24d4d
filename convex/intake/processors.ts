import type { FunctionReference } from "convex/server";
import { internal } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import type { RawEventKind } from "./schema";

type Args = { rawEventId: Id<"rawEvents"> };

/**
 * What turns a raw event into facts. It must call `finishRawEvent` in the transaction that writes them, so that a
 * repeated run finds the work done; a thrown `invalid` rejects the event, anything else is retried.
 */
export type Processor =
  | {
      type: "mutation";
      ref: FunctionReference<"mutation", "internal", Args, null>;
      /** For bodies in file storage, which only actions can read; absent where there are none. */
      fileRef?: FunctionReference<"action", "internal", Args, null>;
      /**
       * Reads many events of one source with the body in the row, in order and in one transaction. Returns how many from
       * the first on it finished, at least one: it may stop where one transaction has enough. When it throws, each is
       * processed by itself.
       */
      manyRef?: FunctionReference<"mutation", "internal", { rawEventIds: Id<"rawEvents">[] }, number>;
      /** How long the first of them waits for others; absent: a twentieth of a second. */
      gatherMs?: number;
    }
  | { type: "action"; ref: FunctionReference<"action", "internal", Args, null> };

/** A person waits for what a booking brings: those that come together are read together, but none waits for others. */
const MANY_BOOKINGS = { manyRef: internal.bookings.jobs.processRawEvents, gatherMs: 0 } as const;

/** Nor does anybody wait for texts; but those of one account are read in the order they came in. */
const IN_ORDER = { manyRef: internal.inbox.inbound.jobs.processTexts, gatherMs: 0 } as const;

/** Which job processes which kind of raw event: the one table (intake lies below the domains that feed from it). */
export const PROCESSORS: Record<RawEventKind, Processor> = {
  booking_generic: { type: "mutation", ref: internal.bookings.jobs.processRawEvent, ...MANY_BOOKINGS },
  booking_calendly: { type: "mutation", ref: internal.bookings.jobs.processRawEvent, ...MANY_BOOKINGS },
  booking_calcom: { type: "mutation", ref: internal.bookings.jobs.processRawEvent, ...MANY_BOOKINGS },
  email_postmark: { type: "action", ref: internal.inbox.inbound.nodeJobs.processEmail },
  email_raw: { type: "action", ref: internal.inbox.inbound.nodeJobs.processEmail },
  email_sendgrid: { type: "action", ref: internal.inbox.inbound.nodeJobs.processEmail },
  email_mailgun: { type: "action", ref: internal.inbox.inbound.nodeJobs.processEmail },
  mail_fetch: { type: "action", ref: internal.inbox.inbound.nodeJobs.fetchMail },
  message_api: { type: "action", ref: internal.api.messages.jobs.replay },
  provider_webhook: {
    type: "mutation",
    ref: internal.tracking.providerHooks.jobs.process,
    fileRef: internal.tracking.providerHooks.jobs.processFile,
    manyRef: internal.tracking.providerHooks.jobs.processMany,
  },
  text_inbound: { type: "mutation", ref: internal.inbox.inbound.jobs.processText, ...IN_ORDER },
  media_inbound: { type: "action", ref: internal.inbox.inbound.nodeJobs.fetchMedia },
  mail_report: { type: "mutation", ref: internal.tracking.mailReports.jobs.process },
  sms_sandbox: { type: "mutation", ref: internal.inbox.inbound.jobs.processText },
};
