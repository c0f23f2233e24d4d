import { ListFilter } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../../components/ui/button";
import { Popover } from "../../../components/ui/popover";
import { later } from "../../../lib/later";
import type { InboxSearch } from "../../../lib/search-params";
import { CHIPS } from "./filter-state";

const FilterForm = later(async () => (await import("./filter-form")).FilterForm);

/** Narrows the list by one or more conditions; each choice is an address of its own, so that "back" takes it back. */
export function FilterPopover({ search }: { search: InboxSearch }) {
  const { t } = useTranslation();
  const hasAny = CHIPS.some((chip) => search[chip] !== undefined);
  return (
    <Popover
      label={t("filters.title")}
      trigger={
        <IconButton
          size="sm"
          label={t("filters.title")}
          isActive={hasAny}
          icon={<ListFilter aria-hidden size={15} />}
        />
      }
    >
      <FilterForm search={search} />
    </Popover>
  );
}
