import { BookOpenText } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useOrgPaginatedQuery } from "../../lib/org";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { EmptyState } from "../ui/empty-state";
import { SkeletonRows } from "../ui/skeleton";
import { ExactTime } from "../ui/time";
import { sourceText } from "./because";
import { useTopicName } from "./local-text";
import { ConsentStateBadge } from "./state-badge";
import { StatementProof } from "./statement-proof";
import type { LedgerEntry } from "./types";

const PAGE_SIZE = 20;

/** Everything somebody ever said about being written to, newest first. */
export function LedgerDialog({ contactId, onClose }: { contactId: Id<"contacts">; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t("consent.history")} isOpen onClose={onClose} size="lg">
      <Entries contactId={contactId} />
    </Dialog>
  );
}

function Entries({ contactId }: { contactId: Id<"contacts"> }) {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.contacts.consents.queries.ledger,
    { contactId },
    { initialNumItems: PAGE_SIZE },
  );
  if (status === "LoadingFirstPage") return <SkeletonRows count={4} />;
  if (results.length === 0) {
    return <EmptyState icon={BookOpenText} title={t("consent.emptyLedger")} text={t("consent.emptyLedgerText")} />;
  }
  return (
    <div className="flex flex-col gap-3">
      <ol className="flex flex-col">
        {results.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
      {status === "CanLoadMore" && (
        <Button className="self-center" onPress={() => loadMore(PAGE_SIZE)}>
          {t("common.more")}
        </Button>
      )}
    </div>
  );
}

function Entry({ entry }: { entry: LedgerEntry }) {
  const { t } = useTranslation();
  const topicName = useTopicName();
  return (
    <li className="flex flex-col gap-1.5 border-b border-line py-3 first:pt-0 last:border-0">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
        <ConsentStateBadge state={entry.state} />
        <span className="font-medium">
          {entry.topic === undefined ? t(`purposes.${entry.purpose}`) : topicName(entry.topic)} ·{" "}
          {t(`channels.${entry.channel}`)}
        </span>
        <span className="grow" />
        <ExactTime at={entry.at} className="text-xs text-faint" />
      </p>
      {entry.wordingText !== undefined && (
        <blockquote className="border-l-2 border-line-strong pl-3 text-sm text-muted">{entry.wordingText}</blockquote>
      )}
      {entry.until !== undefined && (
        <p className="text-xs text-muted">
          {t("consent.until")} <ExactTime at={entry.until} />
        </p>
      )}
      {entry.reason !== undefined && <p className="text-sm">{entry.reason}</p>}
      <p className="text-xs text-faint">
        {sourceText(entry.source, t)} · <code className="font-mono text-2xs">{entry.wordingVersion}</code>
      </p>
      <StatementProof proof={entry.proof} />
    </li>
  );
}
