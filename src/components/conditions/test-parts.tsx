import { useTranslation } from "react-i18next";
import { PURPOSES, type Purpose } from "../../../convex/lib/closedSets";
import { Select } from "../ui/select";

type Props<T> = { value: T; onChange: (value: T) => void; isDisabled: boolean };

type YesNoProps = Props<boolean> & {
  /** What is said to be so or not. */
  names: "given" | "available" | "happened" | "segment" | "suppressed" | "within";
};

/** Whether something is so. */
export function YesNoSelect({ value, onChange, isDisabled, names }: YesNoProps) {
  const { t } = useTranslation();
  return (
    <Select
      label={t("builder.is")}
      value={value ? "yes" : "no"}
      isDisabled={isDisabled}
      options={[
        { id: "yes", label: t(`builder.yesNo.${names}.yes`) },
        { id: "no", label: t(`builder.yesNo.${names}.no`) },
      ]}
      onChange={(next) => onChange(next === "yes")}
    />
  );
}

type ChannelName = "email" | "sms" | "whatsapp" | "webhook";

/** One of the channels that can be asked about. */
export function ChannelSelect<C extends ChannelName>({ channels, ...rest }: Props<C> & { channels: readonly C[] }) {
  const { t } = useTranslation();
  return (
    <Select
      {...rest}
      label={t("builder.channel")}
      options={channels.map((id) => ({ id, label: t(`channels.${id as ChannelName}`) }))}
    />
  );
}

export function PurposeSelect(props: Props<Purpose>) {
  const { t } = useTranslation();
  return (
    <Select
      {...props}
      label={t("builder.purpose")}
      options={PURPOSES.map((id) => ({ id, label: t(`purposes.${id}`) }))}
    />
  );
}
