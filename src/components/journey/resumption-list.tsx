import { useTranslation } from "react-i18next";
import type { Resumption } from "../../lib/api-types";
import { RadioList } from "../ui/radio-list";

const RESUMPTIONS: readonly Resumption[] = ["late", "skip", "shift"];

type ResumptionListProps = { value: Resumption; onChange: (how: Resumption) => void };

/** What becomes of what fell due in a pause (product.md 4.3). */
export function ResumptionList({ value, onChange }: ResumptionListProps) {
  const { t } = useTranslation();
  return (
    <RadioList
      label={t("builder.life.resumeAsk")}
      value={value}
      onChange={onChange}
      options={RESUMPTIONS.map((id) => ({
        id,
        label: t(`builder.life.how.${id}`),
        text: t(`builder.life.howTexts.${id}`),
      }))}
    />
  );
}
