import {
  CircleAlert,
  CircleCheck,
  CircleSlash,
  Clock,
  Download,
  LoaderCircle,
  type LucideIcon,
  TimerOff,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api";
import { describeError } from "../../lib/errors";
import { fileSize } from "../../lib/file-size";
import { useLanguage } from "../../lib/i18n";
import { useOrgMutation } from "../../lib/org";
import { StatusBadge, type Tone } from "../ui/badge";
import { Button } from "../ui/button";
import { ExactTime } from "../ui/time";
import { toast, toastError } from "../ui/toast";

export type DataRequest = FunctionReturnType<typeof api.privacy.queries.requests>["page"][number];

const LOOKS: Record<DataRequest["state"]["kind"], { tone: Tone; icon: LucideIcon }> = {
  scheduled: { tone: "warn", icon: Clock },
  running: { tone: "info", icon: LoaderCircle },
  done: { tone: "ok", icon: CircleCheck },
  failed: { tone: "danger", icon: CircleAlert },
  cancelled: { tone: "neutral", icon: CircleSlash },
  expired: { tone: "neutral", icon: TimerOff },
};

/** One export or erasure with how far it is, live. */
export function DataRequestRow({ request }: { request: DataRequest }) {
  const { t } = useTranslation();
  const { state } = request;
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 text-sm">
      <span className="min-w-0">
        <span className="block font-medium">{t(`consent.kinds.${request.kind}`)}</span>
        <span className="block text-xs text-muted">
          <ExactTime at={request.requestedAt} /> · {request.requestedByName}
          {request.note !== "" && ` · ${request.note}`}
        </span>
      </span>
      <span className="flex flex-wrap items-center gap-2">
        {state.kind === "running" && (
          <span className="text-xs text-faint">{t("consent.rows", { count: state.rows })}</span>
        )}
        <StatusBadge {...LOOKS[state.kind]} label={t(`consent.requestKinds.${state.kind}`)} />
        <RequestAction request={request} />
      </span>
      {state.kind === "failed" && <p className="w-full text-xs text-danger">{state.reason}</p>}
    </div>
  );
}

function RequestAction({ request }: { request: DataRequest }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const cancel = useOrgMutation(api.privacy.mutations.cancelErasure);
  const retry = useOrgMutation(api.privacy.mutations.retry);
  const run = async (work: Promise<null>, said: string) => {
    try {
      await work;
      toast(said);
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  const { state, url, id: requestId } = request;
  if (state.kind === "scheduled") {
    return (
      <Button size="sm" onPress={() => void run(cancel({ requestId }), t("consent.eraseCancelled"))}>
        {t("consent.callOff")}
      </Button>
    );
  }
  if (state.kind === "failed") {
    return (
      <Button size="sm" onPress={() => void run(retry({ requestId }), t("consent.retried"))}>
        {t("common.retry")}
      </Button>
    );
  }
  if (url === null || state.kind !== "done") return null;
  return (
    <a
      href={url}
      download={`${request.contact.name || "export"}.json`}
      className="inline-flex h-7 items-center gap-1.5 rounded-md px-2 text-xs font-medium text-accent-text hover:bg-hover max-md:h-11"
    >
      <Download aria-hidden size={13} />
      {t("consent.download", { size: fileSize(state.sizeBytes ?? 0, language) })}
    </a>
  );
}
