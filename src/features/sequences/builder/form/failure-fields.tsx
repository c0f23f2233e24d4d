import { useTranslation } from "react-i18next";
import { Select } from "../../../../components/ui/select";
import type { FlowNode, MessageNode } from "../../../../lib/api-types";
import { TypedField } from "../../../../components/ui/typed-field";
import { FieldGroup } from "./fields";

type Props = { node: MessageNode; onChange: (node: FlowNode) => void; isDisabled: boolean };

const ON_FAILURE = ["continue", "leave"] as const;

/** How often a message is tried, and what its failure means for the person (product.md B-30). */
export function FailureFields({ node, onChange, isDisabled }: Props) {
  const { t } = useTranslation();
  const commit = (text: string) => {
    const { retries: _, ...rest } = node;
    const typed = text.trim();
    // What is no number is kept as one: the problems say so.
    onChange(typed === "" ? rest : { ...node, retries: /^\d+$/.test(typed) ? Number(typed) : -1 });
  };
  return (
    <FieldGroup title={t("builder.failure")}>
      <div className="grid grid-cols-2 items-end gap-2">
        <TypedField
          label={t("builder.retries")}
          value={node.retries === undefined ? "" : String(node.retries)}
          placeholder={t("builder.usualRetries")}
          isDisabled={isDisabled}
          onCommit={commit}
        />
        <Select
          label={t("builder.onFailure")}
          value={node.onFailure ?? "continue"}
          isDisabled={isDisabled}
          options={ON_FAILURE.map((id) => ({ id, label: t(`builder.onFailures.${id}`) }))}
          onChange={(onFailure) => onChange({ ...node, onFailure })}
        />
      </div>
    </FieldGroup>
  );
}
