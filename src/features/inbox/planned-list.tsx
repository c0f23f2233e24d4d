import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { ChannelIcon } from "../../components/status";
import { Button } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { Tabs } from "../../components/ui/tabs";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { useOrg, useOrgQuery } from "../../lib/org";
import { dateTime } from "../../lib/time-format";
import { useInboxPlace } from "./inbox-context";
import { usePlanned } from "./use-planned";

/** Every answer that leaves later: one's own, or the whole team's. */
export function PlannedList({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t("answering.allPlanned")} isOpen onClose={onClose} size="lg">
      <PlannedTabs onOpened={onClose} />
    </Dialog>
  );
}

/** The same without a frame; `onOpened` when one of them is shown in its conversation. */
export function PlannedTabs({ onOpened }: { onOpened?: () => void }) {
  const { t } = useTranslation();
  const [whose, setWhose] = useState<"mine" | "all">("mine");
  return (
    <Tabs
      label={t("answering.allPlanned")}
      tabs={[
        { id: "mine", label: t("answering.mine") },
        { id: "all", label: t("answering.team") },
      ]}
      value={whose}
      onChange={setWhose}
    >
      <PlannedRows whose={whose} onOpened={() => onOpened?.()} />
    </Tabs>
  );
}

function PlannedRows({ whose, onOpened }: { whose: "mine" | "all"; onOpened: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const place = useInboxPlace();
  const { membership } = useOrg();
  const planned = usePlanned();
  const rows = useOrgQuery(api.inbox.sending.queries.planned, { whose });
  if (rows === undefined) return null;
  if (rows.length === 0) return <p className="py-6 text-center text-sm text-muted">{t("answering.nothingPlanned")}</p>;
  return (
    <ul className="flex flex-col divide-y divide-line">
      {rows.map(({ messageId, threadId, number, channel, to, preview, author, dueAt, cancelIfAnswered }) => (
        <li key={messageId} data-testid="planned-row" className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
          <div className="min-w-0 grow basis-60">
            <p className="flex items-center gap-1.5 text-sm">
              <ChannelIcon channel={channel} size={13} />
              <span className="truncate font-medium">{to}</span>
              <span className="shrink-0 text-xs text-muted">{t("thread.number", { number })}</span>
            </p>
            <p className="truncate text-xs text-muted">{preview}</p>
            <p className="text-xs text-muted">
              {dateTime(dueAt, language, now)} · {author.name}
              {cancelIfAnswered && ` · ${t("answering.unlessAnswered")}`}
            </p>
          </div>
          {author.memberId === membership.memberId ? (
            <Button
              size="sm"
              onPress={() => {
                planned.edit(threadId, messageId);
                onOpened();
              }}
            >
              {t("answering.edit")}
            </Button>
          ) : (
            <Button
              size="sm"
              onPress={() => {
                place.open(threadId);
                onOpened();
              }}
            >
              {t("answering.open")}
            </Button>
          )}
          <Button size="sm" onPress={() => planned.cancel(threadId, messageId)}>
            {t("answering.cancelPlanned")}
          </Button>
        </li>
      ))}
    </ul>
  );
}
