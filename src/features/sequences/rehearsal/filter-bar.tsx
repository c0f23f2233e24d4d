import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { CHANNELS } from "../../../../convex/lib/closedSets";
import { Select } from "../../../components/ui/select";
import type { Flow } from "../../../lib/api-types";
import { type Filter, PEOPLE, STATES } from "./rows";

type FilterBarProps = {
  filter: Filter;
  onChange: (filter: Filter) => void;
  flow: Pick<Flow, "nodes">;
  /** What of all journeys it is about, before what is shown of it. */
  children?: ReactNode;
};

/** Stands for no choice; no step can have such an id. */
const ALL = "";

export function FilterBar({ filter, onChange, flow, children }: FilterBarProps) {
  const { t } = useTranslation();
  const steps = flow.nodes.filter(({ kind }) => kind === "message");
  return (
    <div className="flex shrink-0 flex-wrap items-end gap-3 px-4 pb-2 max-md:grid max-md:grid-cols-2">
      {children}
      <Select
        label={t("rehearsal.people")}
        value={filter.people}
        options={PEOPLE.map((id) => ({ id, label: t(`rehearsal.peopleKinds.${id}`) }))}
        onChange={(people) => onChange({ ...filter, people })}
        className="min-w-44"
      />
      <Select<string>
        label={t("rehearsal.step")}
        value={filter.step ?? ALL}
        options={[
          { id: ALL, label: t("rehearsal.allSteps") },
          ...steps.map(({ stepId, name }) => ({ id: stepId, label: name })),
        ]}
        onChange={(step) => onChange({ ...filter, step: step === ALL ? null : step })}
        className="min-w-44"
      />
      <Select<string>
        label={t("rehearsal.state")}
        value={filter.state ?? ALL}
        options={[
          { id: ALL, label: t("rehearsal.allStates") },
          ...STATES.map((id) => ({ id, label: t(`rehearsal.states.${id}`) })),
        ]}
        onChange={(id) => onChange({ ...filter, state: STATES.find((state) => state === id) ?? null })}
        className="min-w-36"
      />
      <Select<string>
        label={t("rehearsal.channel")}
        value={filter.channel ?? ALL}
        options={[
          { id: ALL, label: t("rehearsal.allChannels") },
          ...CHANNELS.map((id) => ({ id, label: t(`channels.${id}`) })),
        ]}
        onChange={(id) => onChange({ ...filter, channel: CHANNELS.find((channel) => channel === id) ?? null })}
        className="min-w-36"
      />
    </div>
  );
}
