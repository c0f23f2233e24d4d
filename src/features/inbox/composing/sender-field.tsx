import { Check, ChevronDown } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { Button } from "../../../components/ui/button";
import { Menu } from "../../../components/ui/menu";
import type { ThreadDetail } from "../../../lib/api-types";
import { useOrgQuery } from "../../../lib/org";

type SenderFieldProps = {
  thread: ThreadDetail;
  /** Undefined: as usual; null: as the account has it. */
  value: string | null | undefined;
  onChange: (from: string | null) => void;
};

/** Which of our addresses or numbers the answer comes from; nothing where there is nothing to choose. */
export function SenderField({ thread, value, onChange }: SenderFieldProps) {
  const { t } = useTranslation();
  const offered = useOrgQuery(api.inbox.senders.queries.inThread, { threadId: thread.id });
  if (offered === undefined || offered.senders.length < 2) return null;
  const { senders, usual } = offered;
  const chosen = value === undefined ? usual : value;
  const own = senders.find(({ isOwn }) => isOwn);
  const sender = senders.find(({ address }) => address === chosen);
  // A draft may name one that is not there any more.
  const isGone = chosen !== null && sender === undefined;
  const automatic = t("senders.automatic", { address: own?.address ?? "" });
  const shown = isGone ? t("senders.gone", { address: chosen }) : sender === undefined ? automatic : wordsOf(sender);
  const item = (id: string, label: string, from: string | null) => ({
    id,
    label,
    icon: <Check aria-hidden size={14} className={from === chosen ? "" : "invisible"} />,
    onAction: () => onChange(from),
  });
  return (
    <div className="flex items-center gap-1 px-3 pt-2 text-xs">
      <span className="w-8 shrink-0 text-muted">{t("senders.from")}</span>
      <Menu
        label={t("senders.choose")}
        placement="bottom start"
        trigger={
          <Button
            size="sm"
            variant="quiet"
            aria-label={t("senders.chosen", { sender: shown })}
            className={isGone ? "min-w-0 text-danger" : "min-w-0"}
          >
            <span className="truncate">{shown}</span>
            <ChevronDown aria-hidden size={12} className="shrink-0 text-faint" />
          </Button>
        }
        groups={[
          { id: "automatic", items: [item("automatic", automatic, null)] },
          { id: "senders", items: senders.map((each) => item(each.address, wordsOf(each), each.address)) },
        ]}
      />
    </div>
  );
}

function wordsOf({ name, address }: { name: string; address: string }): string {
  return name === "" ? address : `${name} <${address}>`;
}
