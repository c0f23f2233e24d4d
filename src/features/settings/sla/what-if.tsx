import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { CHANNELS, PRIORITIES, THREAD_TYPES } from "../../../../convex/lib/closedSets";
import { ClockExplained } from "../../../components/sla/clock-explained";
import { Select } from "../../../components/ui/select";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { TextField } from "../../../components/ui/text-field";
import { useLanguage } from "../../../lib/i18n";
import { instantOfLocal, localOfInstant } from "../../../lib/local-time";
import { useOrg, useOrgQuery } from "../../../lib/org";
import { dateTime } from "../../../lib/time-format";
import { AccountChoice } from "../account-choice";

/** When an answer would be due to a message that comes in then, and why: policies tried out before they matter. */
export function WhatIf() {
  const { t } = useTranslation();
  const { timezone } = useOrg().membership;
  const [local, setLocal] = useState(() => localOfInstant(Date.now(), timezone));
  const [channel, setChannel] = useState<(typeof CHANNELS)[number]>("email");
  const [priority, setPriority] = useState<(typeof PRIORITIES)[number]>("normal");
  const [threadType, setThreadType] = useState<(typeof THREAD_TYPES)[number]>("customer_support");
  const [teamId, setTeamId] = useState<Id<"teams"> | "none">("none");
  const [accountId, setAccountId] = useState<Id<"accounts"> | null>(null);
  const teams = (useOrgQuery(api.inbox.teams.queries.list, {}) ?? []).filter(({ isArchived }) => !isArchived);
  const at = instantOfLocal(local, timezone);
  // The team counts by its hours, the organisation by policies that are for it alone.
  const whose = { ...(teamId === "none" ? {} : { teamId }), ...(accountId === null ? {} : { accountId }) };
  return (
    <section className="flex flex-col gap-3" aria-labelledby="what-if">
      <h3 id="what-if" className="text-sm font-semibold">
        {t("slaSettings.whatIf.title")}
      </h3>
      <p className="text-sm text-muted">{t("slaSettings.whatIf.intro")}</p>
      <div className="grid grid-cols-3 gap-3 max-lg:grid-cols-2 max-md:grid-cols-1">
        <TextField
          type="datetime-local"
          label={t("slaSettings.whatIf.at")}
          value={local}
          onChange={setLocal}
          description={timezone}
          error={at === null ? t("slaSettings.whatIf.badAt") : null}
        />
        <Select
          label={t("slaSettings.channel")}
          options={CHANNELS.map((id) => ({ id, label: t(`channels.${id}`) }))}
          value={channel}
          onChange={setChannel}
        />
        <Select
          label={t("slaSettings.priority")}
          options={PRIORITIES.map((id) => ({ id, label: t(`priorities.${id}`) }))}
          value={priority}
          onChange={setPriority}
        />
        <Select
          label={t("slaSettings.type")}
          options={THREAD_TYPES.map((id) => ({ id, label: t(`slaSettings.types.${id}`) }))}
          value={threadType}
          onChange={setThreadType}
        />
        {teams.length > 0 && (
          <Select<Id<"teams"> | "none">
            label={t("filters.teamId")}
            options={[
              { id: "none", label: t("assignment.noTeam") },
              ...teams.map(({ id, name }) => ({ id, label: name })),
            ]}
            value={teamId}
            onChange={setTeamId}
          />
        )}
        <AccountChoice value={accountId} onChange={setAccountId} />
      </div>
      {at !== null && <Answer at={at} channel={channel} priority={priority} threadType={threadType} {...whose} />}
    </section>
  );
}

type AnswerProps = (typeof api.sla.queries.whatIf)["_args"] extends infer Args ? Omit<Args, "orgId"> : never;

function Answer(asked: AnswerProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const clocks = useOrgQuery(api.sla.queries.whatIf, asked);
  if (clocks === undefined) return <SkeletonRows count={2} className="px-0" />;
  if (clocks.length === 0) return <p className="text-sm text-muted">{t("slaSettings.whatIf.none")}</p>;
  return (
    <ul className="grid grid-cols-2 gap-x-6 gap-y-4 rounded-lg border border-line p-4 max-md:grid-cols-1">
      {clocks.map((clock) => (
        <li key={clock.kind} data-testid={`what-if-${clock.kind}`} className="flex flex-col gap-2">
          <ClockExplained clock={clock} />
          {clock.dueAt === undefined ? (
            <p className="text-xs text-warn">{t("slaSettings.whatIf.never")}</p>
          ) : (
            <ul className="flex flex-col text-xs text-faint tabular-nums">
              {clock.stages.map(({ stage, at }) => (
                <li key={stage} className="flex justify-between gap-3">
                  <span>{t(`slaSettings.stages.${stage}`)}</span>
                  <span>{dateTime(at, language, asked.at, clock.calendar?.timezone)}</span>
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}
