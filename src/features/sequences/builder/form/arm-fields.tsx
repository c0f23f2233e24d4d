import { Plus, X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../../../../components/ui/button";
import type { FlowNode } from "../../../../lib/api-types";
import { newId } from "../new-node";
import { ConditionFields } from "./condition-fields";
import { NumberField, TypedField } from "../../../../components/ui/typed-field";
import { FieldGroup } from "./fields";

type Branch = Extract<FlowNode, { kind: "branch" }>;
type Split = Extract<FlowNode, { kind: "split" }>;

type FieldsProps<N> = { node: N; onChange: (node: FlowNode) => void; isDisabled: boolean };

/** The arms of a branch: a name and the condition that leads there, the first that holds being taken. */
export function BranchFields({ node, onChange, isDisabled }: FieldsProps<Branch>) {
  const { t } = useTranslation();
  return (
    <>
      <Arms
        arms={node.arms}
        least={1}
        isDisabled={isDisabled}
        onChange={(arms) => onChange({ ...node, arms })}
        newArm={(name): Branch["arms"][number] => {
          return { armId: newId(), name, condition: { match: "all", groups: [] }, next: node.otherwise };
        }}
      >
        {(arm, set) => (
          <ConditionFields
            value={arm.condition}
            isDisabled={isDisabled}
            onChange={(condition) => set({ ...arm, condition })}
          />
        )}
      </Arms>
      <p className="text-xs text-faint">{t("builder.otherwiseText")}</p>
    </>
  );
}

/** The arms of a random split: a name and the share of people each. */
export function SplitFields({ node, onChange, isDisabled }: FieldsProps<Split>) {
  const { t } = useTranslation();
  return (
    <Arms
      arms={node.arms}
      least={2}
      isDisabled={isDisabled}
      onChange={(arms) => onChange({ ...node, arms })}
      newArm={(name) => ({ armId: newId(), name, percent: 0, next: node.arms.at(-1)?.next ?? null })}
    >
      {(arm, set) => (
        <NumberField
          label={t("builder.percent")}
          value={arm.percent}
          isDisabled={isDisabled}
          onCommit={(percent) => set({ ...arm, percent })}
        />
      )}
    </Arms>
  );
}

type ArmsProps<Arm> = {
  arms: readonly Arm[];
  /** So many have to stay. */
  least: number;
  isDisabled: boolean;
  onChange: (arms: Arm[]) => void;
  newArm: (name: string) => Arm;
  /** What an arm says beside its name. */
  children: (arm: Arm, set: (arm: Arm) => void) => ReactNode;
};

function Arms<Arm extends { armId: string; name: string }>({
  arms,
  least,
  isDisabled,
  onChange,
  newArm,
  children,
}: ArmsProps<Arm>) {
  const { t } = useTranslation();
  const set = (next: Arm) => onChange(arms.map((arm) => (arm.armId === next.armId ? next : arm)));
  return (
    <>
      {arms.map((arm, i) => (
        <FieldGroup key={arm.armId} title={t("builder.armTitle", { number: i + 1 })}>
          <div className="flex items-end gap-2">
            <TypedField
              label={t("builder.name")}
              className="min-w-0 grow"
              value={arm.name}
              isDisabled={isDisabled}
              onCommit={(name) => set({ ...arm, name })}
            />
            {arms.length > least && !isDisabled && (
              <IconButton
                label={t("builder.removeArm", { name: arm.name })}
                icon={<X size={14} />}
                onPress={() => onChange(arms.filter(({ armId }) => armId !== arm.armId))}
              />
            )}
          </div>
          {children(arm, set)}
        </FieldGroup>
      ))}
      {!isDisabled && (
        <Button
          size="sm"
          className="self-start"
          icon={<Plus aria-hidden size={14} />}
          onPress={() => onChange([...arms, newArm(t("builder.armTitle", { number: arms.length + 1 }))])}
        >
          {t("builder.addArm")}
        </Button>
      )}
    </>
  );
}
