/** The mark: two lines, one crossing over. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg aria-hidden width={size} height={size} viewBox="0 0 32 32" className="shrink-0">
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <g fill="none" strokeWidth="2.4" strokeLinecap="round" className="stroke-on-accent">
        <path d="M9 10.5h6.5c4 0 3 11 7.5 11" />
        <path d="M9 21.5h4.5" />
        <path d="M18.5 10.5H23" />
      </g>
      <g className="fill-on-accent">
        <circle cx="9" cy="10.5" r="2.2" />
        <circle cx="9" cy="21.5" r="2.2" />
        <circle cx="23" cy="10.5" r="2.2" />
        <circle cx="23" cy="21.5" r="2.2" />
      </g>
    </svg>
  );
}
