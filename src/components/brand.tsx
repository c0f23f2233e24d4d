import { useTranslation } from "react-i18next";
import type { BusinessEntity } from "../../convex/lib/closedSets";
import { useBrandOptions, useBrandSlots } from "../lib/brands";
import { Badge } from "./ui/badge";
import { Select } from "./ui/select";

type BrandSelectProps = {
  value: BusinessEntity;
  onChange: (brand: BusinessEntity) => void;
  /** Offered although they have no name. */
  inUse?: readonly BusinessEntity[];
  isDisabled?: boolean;
  className?: string;
};

/** One of the workspace's brands; nothing where it has only itself. */
export function BrandSelect({ value, onChange, inUse = [], isDisabled, className }: BrandSelectProps) {
  const { t } = useTranslation();
  const options = useBrandOptions([value, ...inUse]);
  if (options.length === 1) return null;
  return (
    <Select
      label={t("texts.brand")}
      options={options}
      value={value}
      onChange={onChange}
      isDisabled={isDisabled ?? false}
      {...(className === undefined ? {} : { className })}
    />
  );
}

/** Which brand something is for; nothing where it is for all. */
export function BrandBadge({ brand }: { brand: BusinessEntity }) {
  const slots = useBrandSlots();
  if (brand === "all") return null;
  return <Badge tone="accent">{slots.find(({ id }) => id === brand)?.label}</Badge>;
}
