import { useTranslation } from "react-i18next";
import { api } from "../../convex/_generated/api";
import { BUSINESS_ENTITIES, type BusinessEntity } from "../../convex/lib/closedSets";
import { useCan, useOrgQuery } from "./org";

type BrandOption = { id: BusinessEntity; label: string };

/** The brands to choose from: all of them, those that were given a name, and those already `inUse` without one. */
export function useBrandOptions(inUse: readonly BusinessEntity[] = []): BrandOption[] {
  const slots = useBrandSlots();
  return slots.filter(({ id, isNamed }) => id === "all" || isNamed || inUse.includes(id));
}

/** Every brand a workspace may have, "all" first, by its name or its number. */
export function useBrandSlots(): (BrandOption & { isNamed: boolean })[] {
  const { t } = useTranslation();
  const mayRead = useCan("templates.read");
  const brands = useOrgQuery(api.templates.brands.queries.list, mayRead ? {} : "skip");
  const own = BUSINESS_ENTITIES.filter((id) => id !== "all").map((id, index) => {
    const name = brands?.find(({ businessEntity }) => businessEntity === id)?.name ?? "";
    return { id, isNamed: name !== "", label: name === "" ? t("brands.unnamed", { number: index + 1 }) : name };
  });
  return [{ id: "all", isNamed: true, label: t("brands.all") }, ...own];
}
