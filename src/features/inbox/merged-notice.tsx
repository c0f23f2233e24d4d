import { Merge } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import type { ThreadDetail } from "../../lib/api-types";
import { useOrg, useOrgQuery } from "../../lib/org";
import { useInboxPlace } from "./inbox-context";
import { moveKept } from "./kept-drafts";

/**
 * The address names a conversation that is in another one by now: goes there, unless something is being written: then it
 * says so and leaves the field alone.
 */
export function MergedNotice({ thread, askedId }: { thread: ThreadDetail; askedId: Id<"threads"> }) {
  const { t } = useTranslation();
  const { id: threadId, number } = thread;
  const reply = useOrgQuery(api.inbox.queries.getDraft, { threadId, mode: "reply" });
  const note = useOrgQuery(api.inbox.queries.getDraft, { threadId, mode: "note" });
  const place = useInboxPlace();
  const open = useRef(place.open);
  useEffect(() => {
    open.current = place.open;
  });
  const isIdle = reply === null && note === null;
  const { memberId } = useOrg().membership;
  useEffect(() => {
    if (!isIdle) return;
    moveKept({ memberId, threadId: askedId }, threadId);
    open.current(threadId, { replace: true });
  }, [isIdle, askedId, threadId, memberId]);
  if (isIdle) return null;
  return (
    <p role="status" className="flex items-center gap-2 border-b border-line bg-warn-soft px-4 py-2 text-sm">
      <Merge aria-hidden size={14} className="shrink-0" />
      {t("merging.banner", { number })}
    </p>
  );
}
