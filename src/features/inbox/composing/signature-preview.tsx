import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { cx } from "../../../components/ui/classes";
import type { ThreadDetail } from "../../../lib/api-types";
import { useOrgQuery } from "../../../lib/org";
import { UNLESS_RESTING } from "../phone/resting";

/** What will stand under the mail that is being written. */
export function SignaturePreview({ thread }: { thread: ThreadDetail }) {
  const { t } = useTranslation();
  const signature = useOrgQuery(
    api.inbox.signatures.queries.inThread,
    thread.channel === "email" ? { threadId: thread.id } : "skip",
  );
  if (signature === undefined || signature === null) return null;
  return (
    <div
      role="group"
      aria-label={t("signature.title")}
      className={cx(
        "mx-4 mb-1 line-clamp-2 border-l-2 border-line pl-2 text-xs break-words whitespace-pre-line text-muted",
        UNLESS_RESTING,
      )}
    >
      {signature}
    </div>
  );
}
