import { Merge } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { ThreadDetail } from "../../lib/api-types";
import { useOrgQuery } from "../../lib/org";
import { useInboxPlace } from "./inbox-context";

/**
 * The address names a conversation that is in another one by now: goes there, unless something is being written: then it
 * says so and leaves the field alone.
 */
export function MergedNotice({ thread }: { thread: ThreadDetail }) {
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
  useEffect(() => {
    if (isIdle) open.current(threadId, { replace: true });
  }, [isIdle, threadId]);
  if (isIdle) return null;
  return (
    <p role="status" className="flex items-center gap-2 border-b border-line bg-warn-soft px-4 py-2 text-sm">
      <Merge aria-hidden size={14} className="shrink-0" />
      {t("merging.banner", { number })}
    </p>
  );
}
