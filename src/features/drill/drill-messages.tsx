import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ChannelIcon, MessageStateBadge } from "../../components/status";
import type { DrillView } from "../../lib/api-types";

/** The latest messages the drill is about: over which connection, how far, after how many tries; each opens its "Why?". */
export function DrillMessages({ messages }: { messages: DrillView["messages"] }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="drill-messages" className="flex min-w-0 flex-col gap-2">
      <h3 id="drill-messages" className="text-sm font-semibold">
        {t("drill.latest")}
      </h3>
      {messages.length === 0 ? (
        <p className="text-sm text-muted">{t("drill.noMessages")}</p>
      ) : (
        <ul className="flex flex-col divide-y divide-line rounded-lg border border-line">
          {messages.map((message) => (
            <li key={message.id}>
              <Link
                to="/queue"
                search={{ group: "all", message: message.id }}
                data-testid="drill-message"
                className="flex items-center gap-3 px-3 py-2 text-sm outline-offset-[-2px] hover:bg-hover"
              >
                <span className="text-muted">
                  <ChannelIcon channel={message.routedChannel ?? message.channel} />
                </span>
                <span className="min-w-0 grow">
                  <span className="block truncate">
                    {message.subject} <span className="text-faint">· {message.contact.name}</span>
                  </span>
                  <span className="block truncate text-xs text-muted">
                    {[
                      message.connectionName,
                      t("drill.tries", { count: message.attemptCount }),
                      t(`drill.fates.${message.fate}`),
                    ]
                      .filter((part) => part !== null)
                      .join(" · ")}
                  </span>
                </span>
                <MessageStateBadge kind={message.state.kind} />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
