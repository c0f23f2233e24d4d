import type { TFunction } from "i18next";
import en from "../../locales/en.json";

type Because = keyof typeof en.consent.because;
type Source = keyof typeof en.consent.sources;

/** The reason behind a verdict in words; what is no known code stays as it is. */
export function becauseText(code: string, t: TFunction): string {
  return code in en.consent.because ? t(`consent.because.${code as Because}`) : code;
}

/** Where a statement came from: the part before the colon names the kind ("message:<id>", "booking:<id>"). */
export function sourceText(source: string, t: TFunction): string {
  const kind = source.split(":")[0] ?? source;
  return kind in en.consent.sources ? t(`consent.sources.${kind as Source}`) : source;
}
