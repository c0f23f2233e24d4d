import { later } from "../../lib/later";
import type { EmailDesignerProps } from "./email-designer";

/** The designer, loaded when it is shown. */
export const EmailDesigner = later<EmailDesignerProps>(async () => (await import("./email-designer")).EmailDesigner);
