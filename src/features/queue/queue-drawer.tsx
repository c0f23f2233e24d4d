import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { ConsentMoment } from "../../components/consent/consent-moment";
import { DecisionList } from "../../components/delivery/decision-list";
import { Section } from "../../components/layout/page";
import { ChannelIcon, MessageStateBadge } from "../../components/status";
import { Badge } from "../../components/ui/badge";
import { IconButton } from "../../components/ui/button";
import { MailFrame } from "../../components/ui/mail-frame";
import { SkeletonRows } from "../../components/ui/skeleton";
import { ExactTime } from "../../components/ui/time";
import type { QueueDetail } from "../../lib/api-types";
import { useCan, useOrgQuery } from "../../lib/org";
import { useIsPhone } from "../../lib/media";
import { reasonText, stateReason } from "../../lib/reasons";
import { useShortcuts } from "../../lib/shortcuts";
import { localZone } from "../../lib/time-format";
import { Attempts } from "./attempts";
import { QueueActions } from "./queue-actions";

/** One message beside the table: text, tries, reasons, and what can be done. */
export function QueueDrawer({ queueId, onClose }: { queueId: Id<"messageQueue">; onClose: () => void }) {
  const { t } = useTranslation();
  const message = useOrgQuery(api.delivery.queries.getMessage, { queueId });
  // On a phone it takes the place of the list and its title.
  const Heading = useIsPhone() ? "h1" : "h2";
  useShortcuts([{ id: "leave", keys: "escape", label: t("actions.back"), group: "list", run: onClose }]);
  return (
    <aside
      aria-label={t("queue.detail")}
      className="flex w-110 shrink-0 flex-col border-l border-line bg-surface max-xl:w-96 max-md:w-full max-md:border-0"
    >
      <header className="flex items-center justify-between gap-2 border-b border-line py-2 pr-2 pl-4">
        <Heading className="min-w-0 truncate text-base font-semibold">{message?.subject ?? t("queue.detail")}</Heading>
        <IconButton label={t("common.close")} keys="escape" icon={<X size={16} />} onPress={onClose} />
      </header>
      <div className="min-h-0 grow overflow-y-auto">
        {message === undefined ? <SkeletonRows /> : <Detail message={message} queueId={queueId} />}
      </div>
    </aside>
  );
}

function Detail({ message, queueId }: { message: QueueDetail; queueId: Id<"messageQueue"> }) {
  const { t } = useTranslation();
  const mayOperate = useCan("delivery.operate");
  const reason = stateReason(message.state);
  return (
    <div className="flex flex-col gap-6 p-4">
      <div className="flex flex-col gap-3">
        <MessageStateBadge kind={message.state.kind} />
        {message.willWaitFor !== undefined && <Badge tone="warn">{t("humanFirst.willWait")}</Badge>}
        {message.state.kind === "unknown" && (
          <p className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">{t("queue.unknownText")}</p>
        )}
        {message.mayBeDuplicate && (
          <p className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">{t("queue.mayBeDuplicate")}</p>
        )}
        <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-sm">
          <Fact name={t("queue.recipient")}>{message.contact.name}</Fact>
          <Fact name={t("queue.channel")}>
            <span className="inline-flex items-center gap-1.5">
              <ChannelIcon channel={message.routedChannel ?? message.channel} />
              <span aria-hidden>{t(`channels.${message.routedChannel ?? message.channel}`)}</span>
            </span>
          </Fact>
          {message.address !== undefined && <Fact name={t("queue.address")}>{message.address}</Fact>}
          <Fact name={t("queue.due")}>
            <DueTime at={message.dueAt} zone={message.recipientZone} />
          </Fact>
          <Fact name={t("queue.source")}>
            {t(`sourceKinds.${message.sourceKind}`)} · {message.sourceLabel}
          </Fact>
          <Fact name={t("queue.purpose")}>{t(`purposes.${message.purpose}`)}</Fact>
          {reason !== null && <Fact name={t("queue.reason")}>{reasonText(reason, t)}</Fact>}
        </dl>
        {mayOperate && <QueueActions message={message} queueId={queueId} />}
      </div>
      <Section title={t("queue.decisions")}>
        <DecisionList decisions={message.decisions} zone={message.recipientZone} />
      </Section>
      <Section title={t("consent.moment")}>
        <ConsentMoment queueId={queueId} />
      </Section>
      <Section title={t("queue.rendered")}>
        <Content message={message} />
      </Section>
      <Section title={t("queue.attempts")}>
        <Attempts attempts={message.attempts} />
      </Section>
    </div>
  );
}

/** By the recipient's clock; where the reader's shows something else, by that one too. */
function DueTime({ at, zone }: { at: number; zone: string }) {
  const { t } = useTranslation();
  if (zone === localZone()) return <ExactTime at={at} />;
  return (
    <>
      <ExactTime at={at} zone={zone} /> <span className="text-faint">({zone})</span>
      <span className="block text-xs text-muted">
        {t("why.yourTime")} <ExactTime at={at} />
      </span>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-faint">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

function Content({ message }: { message: QueueDetail }) {
  const { t } = useTranslation();
  if (message.purgedAt !== undefined) return <p className="text-sm text-muted">{t("consent.textGoneLong")}</p>;
  const shown = message.rendered ?? (message.content.kind === "finished" ? message.content : null);
  if (shown === null) return <p className="text-sm text-muted">{t("queue.notRendered")}</p>;
  return (
    <div className="rounded-lg border border-line p-3">
      {shown.html === undefined ? (
        <p className="prose-message whitespace-pre-wrap">{shown.text}</p>
      ) : (
        <MailFrame html={shown.html} title={t("mail.content")} />
      )}
    </div>
  );
}
