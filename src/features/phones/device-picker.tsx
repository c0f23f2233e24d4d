import { useTranslation } from "react-i18next";
import { Select } from "../../components/ui/select";
import type { DeviceRow } from "../../lib/api-types";

type DevicePickerProps = { devices: readonly DeviceRow[]; value: string; onChange: (address: string) => void };

export function DevicePicker({ devices, value, onChange }: DevicePickerProps) {
  const { t } = useTranslation();
  return (
    <Select
      label={t("phones.pick")}
      hideLabel
      options={devices.map(({ address, contactName }) => ({ id: address, label: `${contactName} · ${address}` }))}
      value={value}
      onChange={onChange}
    />
  );
}
