import { createLink, type LinkComponent } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import type { AnchorHTMLAttributes, Ref } from "react";

type AnchorProps = AnchorHTMLAttributes<HTMLAnchorElement> & { ref?: Ref<HTMLAnchorElement> };

function Anchor({ children, ...rest }: AnchorProps) {
  return (
    <a
      {...rest}
      className="inline-flex items-center gap-1 self-start rounded-sm py-1 text-sm text-muted hover:text-text max-md:py-3"
    >
      <ArrowLeft aria-hidden size={14} />
      {children}
    </a>
  );
}

/** The way from one thing's screen to the list it is in, named by the list. */
export const BackLink: LinkComponent<typeof Anchor> = createLink(Anchor);
