import type { FunctionReturnType } from "convex/server";
import type { api } from "../../../convex/_generated/api";

export type Standing = FunctionReturnType<typeof api.contacts.consents.queries.standing>;
export type Cell = Standing["topics"][number]["cells"][number];
export type LedgerEntry = FunctionReturnType<typeof api.contacts.consents.queries.ledger>["page"][number];
export type ConsentMomentData = NonNullable<FunctionReturnType<typeof api.delivery.consentMoment.queries.ofMessage>>;

/** What a dialog is about, when it was opened from one place of the table. */
export type ConsentTarget = { topic: string; channel: Cell["channel"] };
