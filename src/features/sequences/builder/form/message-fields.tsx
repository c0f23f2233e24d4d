import { useTranslation } from "react-i18next";
import { api } from "../../../../../convex/_generated/api";
import type { Id } from "../../../../../convex/_generated/dataModel";
import { CHANNELS, PURPOSES } from "../../../../../convex/lib/closedSets";
import { NO_TEMPLATE } from "../../../../../convex/sequences/closedSets";
import { Checkbox } from "../../../../components/ui/checkbox";
import { Select } from "../../../../components/ui/select";
import { useOrgQuery } from "../../../../lib/org";
import type { FlowNode, MessageNode } from "../../../../lib/api-types";
import { FailureFields } from "./failure-fields";
import { FieldGroup, SpanField } from "./fields";
import { StepPreview } from "./step-preview";
import { MessageTimeFields } from "./time-fields";

type Props = { node: MessageNode; onChange: (node: FlowNode) => void; isDisabled: boolean };

/** An hour before it is about: later, most messages are of no use. */
const USEFUL_UNTIL_MINUTES = 60;

export function MessageFields({ node, onChange, isDisabled }: Props) {
  const { t } = useTranslation();
  const templates = useOrgQuery(api.templates.queries.list, {}) ?? [];
  const options = templates
    .filter(({ isActive, isSnippet, channelType }) => isActive && !isSnippet && channelType !== "internal_comment")
    .map(({ id, name }) => ({ id: String(id), label: name }));
  const isKnown = options.some(({ id }) => id === node.templateId);
  const missing = node.templateId === NO_TEMPLATE ? t("builder.choose") : t("builder.templateGone");
  return (
    <>
      <Select
        label={t("sequences.template")}
        value={String(node.templateId)}
        isDisabled={isDisabled}
        options={isKnown ? options : [{ id: String(node.templateId), label: missing }, ...options]}
        onChange={(id) => onChange({ ...node, templateId: id as Id<"templates"> })}
      />
      <StepPreview node={node} />
      <div className="grid grid-cols-2 gap-2">
        <Select
          label={t("builder.channel")}
          value={node.channel}
          isDisabled={isDisabled}
          options={[...CHANNELS, "best" as const].map((id) => ({ id, label: t(`channels.${id}`) }))}
          onChange={(channel) => onChange({ ...node, channel })}
        />
        <Select
          label={t("builder.purpose")}
          value={node.purpose}
          isDisabled={isDisabled}
          options={PURPOSES.map((id) => ({ id, label: t(`purposes.${id}`) }))}
          onChange={(purpose) => onChange({ ...node, purpose })}
        />
      </div>
      <Checkbox
        isSelected={node.hasOwnPurpose === true}
        isDisabled={isDisabled}
        onChange={(hasOwnPurpose) => onChange({ ...node, hasOwnPurpose })}
      >
        {t("builder.hasOwnPurpose")}
      </Checkbox>
      <FieldGroup title={t("builder.time")}>
        <MessageTimeFields
          value={node.timing}
          isDisabled={isDisabled}
          onChange={(timing) => onChange({ ...node, timing })}
        />
        {node.timing.kind !== "reached" && <LateFields node={node} onChange={onChange} isDisabled={isDisabled} />}
      </FieldGroup>
      <FailureFields node={node} onChange={onChange} isDisabled={isDisabled} />
    </>
  );
}

/** What becomes of it when its time has passed or the booking is moved. */
function LateFields({ node, onChange, isDisabled }: Props) {
  const { t } = useTranslation();
  const { latePolicy } = node;
  return (
    <>
      <Checkbox
        isSelected={latePolicy.kind === "send_now"}
        isDisabled={isDisabled}
        onChange={(isOn) =>
          onChange({
            ...node,
            latePolicy: isOn ? { kind: "send_now", untilMinutesBeforeAnchor: USEFUL_UNTIL_MINUTES } : { kind: "skip" },
          })
        }
      >
        {t("builder.sendLate")}
      </Checkbox>
      {latePolicy.kind === "send_now" && (
        <SpanField
          label={t("builder.usefulUntil")}
          minutes={latePolicy.untilMinutesBeforeAnchor}
          min={0}
          isDisabled={isDisabled}
          onCommit={(untilMinutesBeforeAnchor) =>
            onChange({ ...node, latePolicy: { kind: "send_now", untilMinutesBeforeAnchor } })
          }
        />
      )}
      <Checkbox
        isSelected={node.repeatAfterMove}
        isDisabled={isDisabled}
        onChange={(repeatAfterMove) => onChange({ ...node, repeatAfterMove })}
      >
        {t("builder.repeatAfterMove")}
      </Checkbox>
    </>
  );
}
