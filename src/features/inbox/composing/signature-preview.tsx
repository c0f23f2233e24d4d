import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { cx } from "../../../components/ui/classes";
import { cleanRichText } from "../../../lib/html-sanitize";
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
        "mx-4 mb-1 border-l-2 border-line pl-2 text-xs break-words text-muted",
        signature.html === undefined
          ? "line-clamp-2 whitespace-pre-line"
          : "max-h-14 overflow-hidden [&_a]:underline [&_img]:inline-block [&_img]:max-h-8",
        UNLESS_RESTING,
      )}
    >
      {signature.html === undefined ? (
        signature.text
      ) : (
        <div dangerouslySetInnerHTML={{ __html: cleanRichText(signature.html, picturesBy(signature.logos)) }} />
      )}
    </div>
  );
}

function picturesBy(logos: readonly { fileId: string; url: string | null }[]): ReadonlyMap<string, string> {
  return new Map(logos.flatMap(({ fileId, url }) => (url === null ? [] : [[fileId, url] as const])));
}
