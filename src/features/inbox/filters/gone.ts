import { api } from "../../../../convex/_generated/api";
import { useOrg, useOrgQuery } from "../../../lib/org";
import type { InboxSearch } from "../../../lib/search-params";

/** A condition that names what is not there: `hidden` may be there for those who see every mailbox. */
export type Gone = { chip: "channelId" | "accountId"; why: "removed" | "hidden" };

/** The conditions by which nothing can be found any more: a saved view or a link may name what was removed since. */
export function useGone({ channelId, accountId }: InboxSearch): Gone[] {
  const { membership } = useOrg();
  const mailboxes = useOrgQuery(api.inbox.mailboxes.queries.list, channelId === undefined ? "skip" : {});
  const account = useOrgQuery(api.inbox.mailboxes.queries.account, accountId === undefined ? "skip" : { accountId });
  const isMissing = channelId !== undefined && mailboxes?.every(({ id }) => id !== channelId) === true;
  const members = useOrgQuery(api.orgs.queries.members, isMissing ? {} : "skip");
  const me = members?.find(({ memberId }) => memberId === membership.memberId);
  const gone: Gone[] = [];
  if (isMissing && me !== undefined) gone.push({ chip: "channelId", why: me.scope === null ? "removed" : "hidden" });
  if (accountId !== undefined && account === null) gone.push({ chip: "accountId", why: "removed" });
  return gone;
}
