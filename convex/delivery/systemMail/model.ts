import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { connectionTables } from "../../connections/schema";
import { Batch } from "../model/batch";
import { pauseOfChannel, pauseOfConnection } from "../model/pauses";

/**
 * A mail of the product itself to somebody of the team: a new password, an invitation. It passes the queue by, for what
 * lies there can be read by others of the team, and what it says opens doors.
 */
export const vSystemMail = v.object({
  orgId: v.id("organisations"),
  orgName: v.string(),
  to: v.object({ address: v.string(), name: v.string() }),
  subject: v.string(),
  text: v.string(),
  /** Asked one after the other until one takes it. Secrets are still encrypted. */
  accounts: v.array(
    v.object({ _id: v.id("connections"), _creationTime: v.number(), ...connectionTables.connections.validator.fields }),
  ),
  /** UTC ms, by the database's clock. */
  at: v.number(),
});
export type SystemMail = Infer<typeof vSystemMail>;

/**
 * The accounts a mail of the product can go through, healthy ones first; none where e-mail is off or paused. The
 * sandbox is none: its devices show what they get to the whole team.
 */
export async function mailAccounts(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"connections">[]> {
  const batch = new Batch(ctx);
  const { pauses } = await batch.desk(orgId);
  if (pauseOfChannel(pauses, "email") !== null) return [];
  const usable = (await batch.channel(orgId, "email")).filter(
    ({ connection }) => connection.provider !== "sandbox" && pauseOfConnection(pauses, connection._id) === null,
  );
  const isWell = ({ gate }: (typeof usable)[number]) => gate.answer !== "refuse";
  return [...usable.filter(isWell), ...usable.filter((account) => !isWell(account))].map(
    ({ connection }) => connection,
  );
}
