import { MoonStar } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { Button } from "../../../components/ui/button";
import { useCan, useOrgQuery } from "../../../lib/org";
import { AutoResponseDialog } from "./auto-response-dialog";

type AutoResponseProps = { channelId: Id<"channels">; channelName: string };

/** What a channel answers by itself while nobody works: whether it does, and the way to change it. */
export function AutoResponse({ channelId, channelName }: AutoResponseProps) {
  const { t } = useTranslation();
  const mayChange = useCan("connections.manage");
  const responses = useOrgQuery(api.inbox.autoResponses.queries.list, {});
  const [isOpen, setIsOpen] = useState(false);
  const response = responses?.find((each) => each.channelId === channelId);
  if (response === undefined) return null;
  const label = t(response.isEnabled ? "autoResponse.on" : "autoResponse.off");
  return (
    <div className="flex flex-col gap-1">
      <span className="text-xs font-medium text-muted">{t("autoResponse.label")}</span>
      <Button
        isDisabled={!mayChange}
        aria-label={t("autoResponse.of", { name: channelName, state: label })}
        onPress={() => setIsOpen(true)}
      >
        <MoonStar aria-hidden size={14} />
        {label}
      </Button>
      {isOpen && <AutoResponseDialog channelName={channelName} response={response} onClose={() => setIsOpen(false)} />}
    </div>
  );
}
