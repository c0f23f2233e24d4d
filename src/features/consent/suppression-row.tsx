import { Link } from "@tanstack/react-router";
import { ShieldOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useTopicName } from "../../components/consent/local-text";
import { sourceText } from "../../components/consent/because";
import { ChannelIcon } from "../../components/status";
import { Badge } from "../../components/ui/badge";
import { IconButton } from "../../components/ui/button";
import { RelativeTime } from "../../components/ui/time";
import { useCan } from "../../lib/org";
import type { Suppression } from "./suppression-list";

const GRID =
  "grid h-full grid-cols-[minmax(0,2fr)_minmax(0,1.2fr)_minmax(0,1.4fr)_auto] items-center gap-x-4 border-b border-line px-6 max-md:px-4 @max-3xl:grid-cols-[minmax(0,1fr)_auto_auto]";

/** One suppressed address. */
export function SuppressionRow({ row, onLift }: { row: Suppression; onLift: () => void }) {
  const { t } = useTranslation();
  const mayEdit = useCan("contacts.edit");
  const mayManage = useCan("consent.manage");
  const mayLift = row.reason !== "erased" && (row.isLegal ? mayManage : mayEdit);
  const address = row.reason === "erased" ? t("consent.erasedAddress") : row.address;
  const topicName = useTopicName();
  const purpose = row.purpose === undefined ? t("consent.everything") : t(`purposes.${row.purpose}`);
  const scope = row.topic === undefined ? purpose : topicName(row.topic);
  return (
    <div data-testid="suppression-row" className={GRID}>
      <span className="flex min-w-0 items-center gap-2">
        <span className="text-muted">
          <ChannelIcon channel={row.channel} />
        </span>
        <span className="min-w-0">
          <span className="block truncate text-sm font-medium">{address}</span>
          <span className="block truncate text-xs text-faint">
            {row.contact === null ? (
              (row.note ?? t("consent.noContact"))
            ) : (
              <Link
                to="/contacts/$contactId"
                params={{ contactId: row.contact.id }}
                className="underline decoration-line-strong underline-offset-2 hover:text-text"
              >
                {row.contact.name}
              </Link>
            )}
            {row.contact !== null && row.note !== undefined && ` · ${row.note}`}
          </span>
        </span>
      </span>
      <Badge tone={row.isLegal ? "danger" : "neutral"}>{t(`consent.reasons.${row.reason}`)}</Badge>
      <span className="min-w-0 text-xs text-muted @max-3xl:hidden">
        <span className="block truncate">{scope}</span>
        <span className="block truncate text-faint">
          {row.addedByName ?? (row.source === undefined ? "" : sourceText(row.source, t))} ·{" "}
          <RelativeTime at={row.at} />
        </span>
      </span>
      <span className="flex w-8 justify-end max-md:w-11">
        {mayLift && (
          <IconButton label={t("consent.liftOf", { address })} icon={<ShieldOff size={15} />} onPress={onLift} />
        )}
      </span>
    </div>
  );
}
