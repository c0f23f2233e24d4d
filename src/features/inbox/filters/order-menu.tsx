import { useNavigate } from "@tanstack/react-router";
import { ArrowDownUp } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ListOrderName } from "../../../../convex/inbox/filters";
import { IconButton } from "../../../components/ui/button";
import { Menu } from "../../../components/ui/menu";
import { inboxOrders, type InboxSearch } from "../../../lib/search-params";

/** In which order the list stands, of those its view can be put in; each is an address of its own. */
export function OrderMenu({ search }: { search: InboxSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const orders = inboxOrders(search.view);
  if (orders.length === 0) return null;
  const { order: current, ...rest } = search;
  const item = (order: ListOrderName | undefined) => ({
    id: order ?? "newest",
    label: t(`filters.order.${order ?? "newest"}`),
    isChosen: order === current,
    onAction: () => void navigate({ to: "/inbox", search: order === undefined ? rest : { ...rest, order } }),
  });
  const label = t("filters.order.label", { order: t(`filters.order.${current ?? "newest"}`) });
  return (
    <Menu
      label={t("filters.order.title")}
      groups={[{ id: "order", title: t("filters.order.title"), items: [item(undefined), ...orders.map(item)] }]}
      trigger={
        <IconButton
          size="sm"
          label={label}
          isActive={current !== undefined}
          icon={<ArrowDownUp aria-hidden size={15} />}
        />
      }
    />
  );
}
