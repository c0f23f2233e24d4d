import { useNavigate } from "@tanstack/react-router";
import { Star } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../components/ui/button";
import { Menu } from "../../components/ui/menu";
import type { InboxSearch } from "../../lib/search-params";
import { OWN_NAV, type InboxNavItem } from "./nav-items";

type OwnMenuProps = {
  isCurrent: (search: InboxSearch) => boolean;
  countOf: (item: InboxNavItem) => number;
};

/** The lists of one's own behind one button, where the sidebar has room for icons only. */
export function OwnMenu({ isCurrent, countOf }: OwnMenuProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Menu
      label={t("nav.own")}
      placement="right top"
      groups={() => [
        {
          id: "own",
          title: t("nav.own"),
          items: OWN_NAV.map((item) => ({
            id: item.id,
            label: labelled(t(`nav.${item.id}`), countOf(item)),
            icon: <item.icon size={15} />,
            isChosen: isCurrent(item.search),
            onAction: () => void navigate({ to: "/inbox", search: item.search }),
          })),
        },
      ]}
      trigger={
        <IconButton
          label={t("nav.own")}
          icon={<Star aria-hidden size={17} strokeWidth={1.8} />}
          className="size-9"
          isActive={OWN_NAV.some((item) => isCurrent(item.search))}
        />
      }
    />
  );
}

function labelled(label: string, count: number): string {
  if (count === 0) return label;
  return `${label} (${count > 99 ? "99+" : count})`;
}
