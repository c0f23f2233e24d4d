import { useEffect } from "react";
import { useMediaQuery } from "./media";
import { useStored } from "./stored";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** The chosen theme and its setter; keeps `data-theme` of the document in step with the choice and the system. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  return useStored<Theme>("theme", "system");
}

export function useAppliedTheme(): void {
  const [theme] = useTheme();
  const systemDark = useMediaQuery("(prefers-color-scheme: dark)");
  const dark = theme === "dark" || (theme === "system" && systemDark);
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  }, [dark]);
}
