import { RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { DiscardDialog } from "../../components/discard/discard-dialog";
import { Page } from "../../components/layout/page";
import { Button } from "../../components/ui/button";
import { Tabs } from "../../components/ui/tabs";
import type { UnreadGroup } from "../../lib/api-types";
import { useNow } from "../../lib/now";
import { useOrgQuery } from "../../lib/org";
import { useTitle } from "../../lib/title";
import { RefusedCalls } from "./refused-calls";
import { UnreadDetail } from "./unread-detail";
import { UnreadList } from "./unread-list";
import { useUnread } from "./use-unread";

const MINUTE_MS = 60_000;

/** What came in and could not be read: why, what is kept, and reading it again or putting it aside. */
export function IntakeScreen({ group, onGroup }: { group: UnreadGroup; onGroup: (group: UnreadGroup) => void }) {
  const { t } = useTranslation();
  useTitle(t("intake.title"));
  const now = Math.floor(useNow() / MINUTE_MS) * MINUTE_MS;
  const summary = useOrgQuery(api.intake.unread.queries.summary, { now });
  const [openId, setOpenId] = useState<Id<"rawEvents"> | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<Id<"rawEvents">>>(new Set());
  const tabs = (["failed", "rejected", "received", "discarded"] as const).map((id) => ({
    id,
    label: t(`intake.groups.${id}`),
    count: summary?.groups.find((each) => each.group === id)?.count,
  }));
  return (
    <Page title={t("intake.title")} description={t("intake.text")}>
      <RefusedCalls />
      <Tabs
        label={t("intake.title")}
        tabs={tabs}
        value={group}
        onChange={(next) => {
          setChosen(new Set());
          onGroup(next);
        }}
        className="grow"
        listClassName="px-6 max-md:px-4"
      >
        <ChosenBar group={group} chosen={chosen} onDone={() => setChosen(new Set())} />
        <UnreadList key={group} group={group} now={now} chosen={chosen} onChosen={setChosen} onOpen={setOpenId} />
      </Tabs>
      {openId !== null && <UnreadDetail rawEventId={openId} onClose={() => setOpenId(null)} />}
    </Page>
  );
}

type ChosenBarProps = { group: UnreadGroup; chosen: ReadonlySet<Id<"rawEvents">>; onDone: () => void };

function ChosenBar({ group, chosen, onDone }: ChosenBarProps) {
  const { t } = useTranslation();
  const { replay, discard } = useUnread();
  const [isDiscarding, setIsDiscarding] = useState(false);
  const count = chosen.size;
  if (count === 0) return null;
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-6 py-2 max-md:px-4">
      <Button
        icon={<RotateCcw aria-hidden size={14} />}
        onPress={() => {
          void replay([...chosen]);
          onDone();
        }}
      >
        {t("intake.replayMany", { count })}
      </Button>
      {group !== "discarded" && (
        <Button variant="danger" icon={<Trash2 aria-hidden size={14} />} onPress={() => setIsDiscarding(true)}>
          {t("intake.discardMany", { count })}
        </Button>
      )}
      {isDiscarding && (
        <DiscardDialog
          title={t("intake.discardTitle", { count })}
          hint={t("intake.becauseText")}
          action={t("intake.discard")}
          onDiscard={async (reason) => {
            await discard([...chosen], reason);
            onDone();
          }}
          onClose={() => setIsDiscarding(false)}
        />
      )}
    </div>
  );
}
