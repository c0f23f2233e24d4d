import { Copy, CopyPlus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { exitsOf } from "../../../../../convex/sequences/flow/edges";
import { PHASES } from "../../../../../convex/sequences/closedSets";
import { Button } from "../../../../components/ui/button";
import { Select } from "../../../../components/ui/select";
import type { FlowNode } from "../../../../lib/api-types";
import { useBuilder } from "../context";
import { useWayText } from "../node-text";
import { ProblemText } from "../problem-text";
import { StepFigures } from "../step-figures";
import { BranchFields, SplitFields } from "./arm-fields";
import { DeedFields } from "./deed-fields";
import { NumberField, TypedField } from "../../../../components/ui/typed-field";
import { FieldGroup, SpanField } from "./fields";
import { MessageFields } from "./message-fields";
import { RestFields } from "./time-fields";
import { AwaitedFields } from "./wait-for-fields";

type FormProps<N> = { node: N; onChange: (node: FlowNode) => void; isDisabled: boolean };

type NodeFormProps = { node: FlowNode; onCopy: () => void; onDuplicate: () => void; onRemove: () => void };

/** Everything one step says; each change is saved at once. */
export function NodeForm({ node, onCopy, onDuplicate, onRemove }: NodeFormProps) {
  const { t } = useTranslation();
  const { sequenceId, update, canEdit, problems } = useBuilder();
  const isDisabled = !canEdit;
  const onChange = (next: FlowNode) => update(node, next);
  const own = problems.filter(({ stepId }) => stepId === node.stepId);
  return (
    <div className="flex flex-col gap-4">
      {own.length > 0 && (
        <ul aria-label={t("builder.problems")} className="flex flex-col gap-1">
          {own.map((problem, i) => (
            <li key={i}>
              <ProblemText problem={problem} />
            </li>
          ))}
        </ul>
      )}
      <StepFigures sequenceId={sequenceId} node={node} />
      <TypedField
        label={t("builder.name")}
        value={node.name}
        isDisabled={isDisabled}
        onCommit={(name) => onChange({ ...node, name })}
      />
      <Select
        label={t("builder.phase")}
        value={node.phase}
        isDisabled={isDisabled}
        options={PHASES.map((id) => ({ id, label: t(`phases.${id}`) }))}
        onChange={(phase) => onChange({ ...node, phase })}
      />
      <KindFields node={node} onChange={onChange} isDisabled={isDisabled} />
      <NextFields node={node} isDisabled={isDisabled} />
      {canEdit && (
        <div className="flex flex-wrap gap-2 border-t border-line pt-3">
          <Button size="sm" icon={<Copy aria-hidden size={14} />} keys="mod+c" onPress={onCopy}>
            {t("builder.copy")}
          </Button>
          <Button size="sm" icon={<CopyPlus aria-hidden size={14} />} keys="mod+d" onPress={onDuplicate}>
            {t("builder.duplicate")}
          </Button>
          <Button size="sm" variant="danger" icon={<Trash2 aria-hidden size={14} />} onPress={onRemove}>
            {t("builder.remove")}
          </Button>
        </div>
      )}
    </div>
  );
}

function KindFields({ node, onChange, isDisabled }: FormProps<FlowNode>): ReactNode {
  const { t } = useTranslation();
  switch (node.kind) {
    case "message":
      return <MessageFields node={node} onChange={onChange} isDisabled={isDisabled} />;
    case "wait":
      return <RestFields value={node.rest} isDisabled={isDisabled} onChange={(rest) => onChange({ ...node, rest })} />;
    case "wait_for":
      return (
        <>
          <AwaitedFields
            value={node.awaited}
            isDisabled={isDisabled}
            onChange={(awaited) => onChange({ ...node, awaited })}
          />
          <SpanField
            label={t("builder.timeout")}
            minutes={node.timeoutMinutes}
            isDisabled={isDisabled}
            onCommit={(timeoutMinutes) => onChange({ ...node, timeoutMinutes })}
          />
        </>
      );
    case "branch":
      return <BranchFields node={node} onChange={onChange} isDisabled={isDisabled} />;
    case "split":
      return <SplitFields node={node} onChange={onChange} isDisabled={isDisabled} />;
    case "limit":
      return (
        <>
          <NumberField
            label={t("builder.people")}
            value={node.people}
            min={1}
            isDisabled={isDisabled}
            onCommit={(people) => onChange({ ...node, people })}
          />
          <SpanField
            label={t("builder.per")}
            minutes={node.perMinutes}
            isDisabled={isDisabled}
            onCommit={(perMinutes) => onChange({ ...node, perMinutes })}
          />
        </>
      );
    case "deed":
      return <DeedFields value={node.deed} isDisabled={isDisabled} onChange={(deed) => onChange({ ...node, deed })} />;
    case "goal":
    case "exit":
    case "jump":
      return <p className="text-sm text-muted">{t(`builder.kindTexts.${node.kind}`)}</p>;
  }
}

const END = "end";

/** Where each way out leads: so arms meet again, and jumps go where they go. */
function NextFields({ node, isDisabled }: { node: FlowNode; isDisabled: boolean }) {
  const { t } = useTranslation();
  const { flow, change } = useBuilder();
  const way = useWayText();
  const exits = exitsOf(node);
  if (exits.length === 0) return null;
  const options = [
    { id: END, label: t("builder.pathEnds") },
    ...flow.nodes.flatMap(({ stepId, name }) =>
      stepId === node.stepId ? [] : [{ id: stepId, label: name.trim() === "" ? t("builder.nameless") : name }],
    ),
  ];
  return (
    <FieldGroup title={t("builder.goesOn")}>
      {exits.map(([id, next]) => (
        <Select
          key={id}
          label={node.kind === "jump" ? t("builder.jumpTo") : way(node, id)}
          value={next ?? END}
          isDisabled={isDisabled}
          options={options}
          onChange={(to) =>
            change([{ kind: "connect", place: { from: node.stepId, way: id }, to: to === END ? null : to }])
          }
        />
      ))}
    </FieldGroup>
  );
}
