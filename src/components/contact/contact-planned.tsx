import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useOrgQuery } from "../../lib/org";
import { Section } from "../layout/page";
import { ChannelIcon } from "../status";
import { Badge } from "../ui/badge";
import { ExactTime } from "../ui/time";

/** What is going to be sent to somebody, next first; nothing where nothing is planned. */
export function ContactPlanned({ contactId }: { contactId: Id<"contacts"> }) {
  const { t } = useTranslation();
  const planned = useOrgQuery(api.delivery.planned.queries.ofContact, { contactId });
  if (planned === undefined || planned.length === 0) return null;
  return (
    <Section title={t("person.planned")}>
      <ul className="flex flex-col gap-1.5">
        {planned.map((message) => (
          <li key={message.id} className="flex flex-col gap-0.5 rounded-md border border-line px-3 py-2">
            <span className="flex items-center gap-2 text-sm">
              <span className="text-muted">
                <ChannelIcon channel={message.channel} />
              </span>
              <span className="min-w-0 grow truncate font-medium">{message.subject || message.sourceLabel}</span>
              {message.isHeld && <Badge tone="warn">{t("person.held")}</Badge>}
              {message.waitsForTalk && <Badge tone="warn">{t("humanFirst.waits")}</Badge>}
            </span>
            <span className="text-xs text-muted">
              <ExactTime at={message.dueAt} /> · {message.sourceLabel}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
