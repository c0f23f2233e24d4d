import { CircleCheck, CircleHelp, LoaderCircle, TriangleAlert } from "lucide-react";
import type { FunctionReturnType } from "convex/server";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { StatusBadge } from "../../../components/ui/badge";
import { Button } from "../../../components/ui/button";
import { CopyField } from "../../../components/ui/copy-field";
import { Dialog } from "../../../components/ui/dialog";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { RelativeTime } from "../../../components/ui/time";
import { toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import type { Connection } from "./connections";

type Health = FunctionReturnType<typeof api.connections.domainHealth.queries.list>[number];
type Check = Health["checks"][number];

/** What is known of the sender domain of a connection; undefined while it loads, null when nobody has looked. */
function useDomainHealth(connection: Connection): Health | null | undefined {
  const all = useOrgQuery(api.connections.domainHealth.queries.list, {});
  return all === undefined ? undefined : (all.find(({ connectionId }) => connectionId === connection.id) ?? null);
}

type DomainDialogProps = { connection: Connection; isOpen: boolean; onClose: () => void };

/** SPF, DKIM, DMARC and MX of the sender's domain, each with what to do about it (product.md C-08). */
export function DomainDialog({ connection, isOpen, onClose }: DomainDialogProps) {
  const { t } = useTranslation();
  const domain = String(connection.settings.fromAddress ?? "")
    .split("@")
    .at(-1);
  return (
    <Dialog title={t("domainHealth.title", { domain })} isOpen={isOpen} onClose={onClose}>
      <DomainChecks connection={connection} />
    </Dialog>
  );
}

function DomainChecks({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const health = useDomainHealth(connection);
  const check = useOrgMutation(api.connections.domainHealth.mutations.check);
  const look = async () => {
    try {
      await check({ connectionId: connection.id });
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  if (health === undefined) return <SkeletonRows count={4} className="px-0" />;
  const isRunning = health?.isRunning === true;
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">{t("domainHealth.intro")}</p>
      {health === null || (health.checks.length === 0 && !isRunning) ? (
        <p className="text-sm text-faint">{t("domainHealth.none")}</p>
      ) : (
        <ul className="divide-y divide-line rounded-lg border border-line empty:hidden">
          {health.checks.map((each) => (
            <CheckRow key={each.record} check={each} />
          ))}
        </ul>
      )}
      <div className="flex items-center gap-3">
        <p role="status" className="grow text-xs text-faint">
          {isRunning ? (
            <span className="flex items-center gap-1.5">
              <LoaderCircle aria-hidden size={12} className="animate-spin motion-reduce:animate-none" />
              {t("domainHealth.checking")}
            </span>
          ) : (
            health?.checkedAt !== undefined && (
              <>
                {t("domainHealth.checked")} <RelativeTime at={health.checkedAt} />
              </>
            )
          )}
        </p>
        <Button onPress={() => void look()} isDisabled={isRunning}>
          {t("domainHealth.check")}
        </Button>
      </div>
    </div>
  );
}

const TONES = {
  pass: { tone: "ok", icon: CircleCheck },
  warn: { tone: "warn", icon: TriangleAlert },
  fail: { tone: "danger", icon: TriangleAlert },
  unknown: { tone: "neutral", icon: CircleHelp },
} as const;

function CheckRow({ check }: { check: Check }) {
  const { t } = useTranslation();
  const { record, status, finding, host, found, expected, detail } = check;
  return (
    <li className="flex flex-col gap-2 px-4 py-3 max-md:px-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="text-sm font-medium">{t(`domainHealth.records.${record}`)}</h3>
        {host !== "" && (
          <span className="min-w-0 grow text-xs break-all text-faint">{t("domainHealth.at", { host })}</span>
        )}
        <StatusBadge {...TONES[status]} label={t(`domainHealth.statuses.${status}`)} />
      </div>
      <p className="text-sm text-muted">{t(`domainHealth.findings.${finding}`, { host, detail })}</p>
      {found !== undefined && <code className="text-xs break-all text-faint">{found}</code>}
      {expected !== undefined && (
        <div className="flex flex-col gap-1">
          <p className="text-xs text-muted">{t("domainHealth.enter", { host })}</p>
          <CopyField value={expected} label={t("domainHealth.enter", { host })} />
        </div>
      )}
    </li>
  );
}

/** One line under a connection whose domain receivers do not believe; nothing when all is well or not known. */
export function DomainLine({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const failing = useDomainHealth(connection)?.checks.filter(({ status }) => status === "fail") ?? [];
  if (failing.length === 0) return null;
  const records = failing.map(({ record }) => t(`domainHealth.records.${record}`)).join(", ");
  return (
    <p className="flex w-full min-w-0 items-center gap-1.5 pl-7 text-xs text-danger">
      <TriangleAlert aria-hidden size={12} className="shrink-0" />
      <span className="min-w-0 break-words">{t("domainHealth.failing", { records })}</span>
    </p>
  );
}
