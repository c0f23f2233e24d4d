import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useOrgQuery } from "../../lib/org";

/** A row that is on the screen for less is scrolled past: nobody looks for who is in it. */
const DWELL_MS = 400;

/** A dot on the person's picture while colleagues have the conversation open. */
export function PresenceDot({ threadId }: { threadId: Id<"threads"> }) {
  const { t } = useTranslation();
  const [isSettled, setIsSettled] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsSettled(true), DWELL_MS);
    return () => clearTimeout(timer);
  }, []);
  const names = useOrgQuery(api.collab.presence.inThread, isSettled ? { threadId } : "skip");
  if (names === undefined || names.length === 0) return null;
  const label = t("inbox.lookingAt", { names: names.join(", "), count: names.length });
  return (
    <span
      title={label}
      data-testid="presence-dot"
      className="absolute -top-0.5 -right-0.5 size-2.5 rounded-full border-2 border-surface bg-ok"
    >
      <span className="sr-only">{label}</span>
    </span>
  );
}
