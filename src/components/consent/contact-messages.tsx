import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useOrgPaginatedQuery } from "../../lib/org";
import { Section } from "../layout/page";
import { ChannelIcon, MessageStateBadge, type MessageStateKind } from "../status";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { ExactTime } from "../ui/time";
import { ConsentMoment } from "./consent-moment";

const PAGE_SIZE = 10;

/** Messages of a contact; each can say what was on record when it was decided about. */
export function ContactMessages({ contactId }: { contactId: Id<"contacts"> }) {
  const { t } = useTranslation();
  const [openId, setOpenId] = useState<Id<"messageQueue"> | null>(null);
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.delivery.consentMoment.queries.messages,
    { contactId },
    { initialNumItems: PAGE_SIZE },
  );
  if (status === "LoadingFirstPage") return null;
  return (
    <Section title={t("consent.messages")}>
      {results.length === 0 && <p className="text-sm text-muted">{t("consent.noMessages")}</p>}
      <ul className="flex flex-col gap-1.5">
        {results.map((message) => (
          <li key={message.id}>
            <button
              type="button"
              onClick={() => setOpenId(message.id)}
              className="flex w-full flex-col gap-0.5 rounded-md border border-line px-3 py-2 text-left transition-colors hover:border-line-strong hover:bg-hover"
            >
              <span className="flex w-full items-center gap-2 text-sm">
                <span className="text-muted">
                  <ChannelIcon channel={message.channel} />
                </span>
                <span className="min-w-0 grow truncate font-medium">
                  {message.subject === "" ? t("consent.textGone") : message.subject}
                </span>
                <MessageStateBadge kind={message.stateKind as MessageStateKind} />
              </span>
              <span className="text-xs text-muted">
                {t(`purposes.${message.purpose}`)} · <ExactTime at={message.at} />
              </span>
            </button>
          </li>
        ))}
      </ul>
      {status === "CanLoadMore" && (
        <Button size="sm" className="self-start" onPress={() => loadMore(PAGE_SIZE)}>
          {t("common.more")}
        </Button>
      )}
      <Dialog title={t("consent.moment")} isOpen={openId !== null} onClose={() => setOpenId(null)}>
        {openId !== null && <ConsentMoment queueId={openId} />}
      </Dialog>
    </Section>
  );
}
