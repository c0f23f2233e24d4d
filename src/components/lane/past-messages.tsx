import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import type { PastMessage } from "../../lib/api-types";
import { useOrgPaginatedQuery } from "../../lib/org";
import { reasonText, stateReason } from "../../lib/reasons";
import { WhyButton } from "../delivery/why-button";
import { Section } from "../layout/page";
import { ChannelIcon, MessageStateBadge } from "../status";
import { Button } from "../ui/button";
import { SkeletonRows } from "../ui/skeleton";
import { ExactTime } from "../ui/time";

const PAGE_SIZE = 5;

/** What went to one person and what did not, from whatever source, the latest first; live. */
export function PastMessages({ contactId }: { contactId: Id<"contacts"> }) {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.sequences.lane.queries.past,
    { contactId },
    { initialNumItems: PAGE_SIZE },
  );
  return (
    <Section title={t("lane.past")}>
      {status === "LoadingFirstPage" && <SkeletonRows count={2} className="px-0" />}
      {results.length === 0 && status === "Exhausted" && <p className="text-sm text-muted">{t("lane.noPast")}</p>}
      {results.length > 0 && (
        <ol data-testid="lane-past" className="flex flex-col gap-1.5">
          {results.map((message) => (
            <PastCard key={message.id} message={message} />
          ))}
        </ol>
      )}
      {status === "CanLoadMore" && (
        <Button size="sm" className="self-start" onPress={() => loadMore(PAGE_SIZE)}>
          {t("lane.earlier")}
        </Button>
      )}
    </Section>
  );
}

function PastCard({ message }: { message: PastMessage }) {
  const { t } = useTranslation();
  const { id, at, subject, sourceKind, sourceLabel, channel, state, reaction } = message;
  const reason = stateReason(state);
  return (
    <li className="flex flex-col gap-0.5 rounded-md border border-line px-3 py-2">
      <div className="flex items-start justify-between gap-2">
        <p className="flex min-w-0 items-center gap-1.5 text-sm">
          <span className="shrink-0 text-muted">
            <ChannelIcon channel={channel} />
          </span>
          <span className="min-w-0 truncate font-medium">{subject || sourceLabel}</span>
        </p>
        <MessageStateBadge kind={state.kind} />
      </div>
      <p className="text-xs text-muted">
        <ExactTime at={at} /> · {t(`sourceKinds.${sourceKind}`)}
        {subject !== "" && ` · ${sourceLabel}`}
      </p>
      {reason !== null && <p className="text-xs text-warn">{reasonText(reason, t)}</p>}
      <div className="flex items-center justify-between gap-2">
        <WhyButton queueId={id} />
        {reaction !== undefined && (
          <span
            title={t("lane.reaction")}
            className="inline-flex h-6 items-center rounded-full border border-line bg-surface px-1.5 text-sm"
          >
            <span className="sr-only">{t("lane.reaction")}: </span>
            {reaction}
          </span>
        )}
      </div>
    </li>
  );
}
