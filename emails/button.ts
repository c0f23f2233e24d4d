import { accentOf, type EmailBrand } from "./content";

/** How a button looks: filled with the brand's accent colour. */
export function buttonStyle(brand: EmailBrand) {
  const { accent, onAccent } = accentOf(brand);
  return {
    backgroundColor: accent,
    color: onAccent,
    borderRadius: "6px",
    fontSize: "15px",
    fontWeight: 600,
    padding: "12px 20px",
    textDecoration: "none",
  };
}
