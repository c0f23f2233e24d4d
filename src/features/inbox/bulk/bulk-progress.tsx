import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { Button } from "../../../components/ui/button";
import { toast } from "../../../components/ui/toast";
import { useOrgQuery } from "../../../lib/org";
import { useUndoBulk } from "./use-bulk";

type BulkProgressProps = {
  operationId: Id<"bulkOperations">;
  onEnd: () => void;
  /** The rows come back: one's own doing, nothing to wait for under the pointer. */
  onUndone: () => void;
};

/** Answers are held a little longer (`bulkHoldMs`): a press in the last second still counts for most of them. */
const REPLIES_UNDONE_MS = 16_000;

/** How far an order about many is; when it is done, says what came of it and offers the way back. */
export function BulkProgress({ operationId, onEnd, onUndone }: BulkProgressProps) {
  const { t } = useTranslation();
  const progress = useOrgQuery(api.inbox.bulk.queries.get, { operationId });
  const isReply = progress?.action === "reply";
  // A macro may have sent something, too.
  const isHeld = isReply || progress?.action === "macro";
  const undo = useUndoBulk(onUndone, {
    said: isReply ? t("bulk.replyUndoing") : t("bulk.undoing"),
    writesDrafts: progress?.writesDrafts === true,
  });
  const isUnderWay = progress === undefined || progress.state === "running";
  const told = useRef(false);
  useEffect(() => {
    if (isUnderWay || told.current) return;
    told.current = true;
    onEnd();
    if (progress.state !== "done") return;
    const { changed, refused } = progress;
    const macro = progress.macro;
    const said =
      macro !== null
        ? t("bulk.macroDone", { name: macro, count: changed })
        : isReply
          ? t("bulk.replied", { count: changed })
          : t("bulk.changed", { count: changed });
    const text = refused === 0 ? said : `${said} ${t("bulk.refused", { count: refused })}`;
    const way = isHeld ? { forMs: REPLIES_UNDONE_MS } : {};
    toast(text, changed === 0 ? {} : { ...way, undo: () => undo(operationId) });
  });
  if (progress?.state !== "running") return null;
  return (
    <div
      role="status"
      className="flex shrink-0 items-center gap-2 border-t border-line bg-accent-soft px-4 py-1.5 text-sm"
    >
      <span className="grow">
        {progress.total === null
          ? t("bulk.seen", { count: progress.seen })
          : t("bulk.seenOf", { count: progress.seen, total: progress.total })}
      </span>
      <Button
        size="sm"
        variant="quiet"
        onPress={() => {
          undo(operationId);
          onEnd();
        }}
      >
        {t("actions.undo")}
      </Button>
    </div>
  );
}
