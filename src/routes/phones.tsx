import { useNavigate, useSearch } from "@tanstack/react-router";
import { PhoneWall } from "../features/phones/phone-wall";

export function PhonesRoute() {
  const { device } = useSearch({ from: "/phones" });
  const navigate = useNavigate();
  return (
    <PhoneWall
      chosen={device ?? null}
      onChoose={(address) => void navigate({ to: "/phones", search: { device: address }, replace: true })}
    />
  );
}
