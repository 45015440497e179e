import type { TileColour } from "../api/types.ts";

const colours: Record<TileColour, string> = {
  green: "var(--good)",
  amber: "var(--warn)",
  red: "var(--bad)",
  grey: "var(--idle)",
};

export const tileWords: Record<TileColour, string> = {
  green: "Healthy",
  amber: "Needs attention",
  red: "Failing",
  grey: "Not polling",
};

/** How something stands: a shape and a colour. The word stands beside it. */
export function StateDot({ colour, size = 10 }: { colour: TileColour; size?: number }) {
  const fill = colours[colour];
  return (
    <svg width={size} height={size} viewBox="0 0 10 10" aria-hidden="true" style={{ flex: "none" }}>
      {colour === "green" && <circle cx="5" cy="5" r="4.5" fill={fill} />}
      {colour === "amber" && <path d="M5 .5 9.7 9.3H.3Z" fill={fill} />}
      {colour === "red" && <rect x=".7" y=".7" width="8.6" height="8.6" fill={fill} />}
      {colour === "grey" && <circle cx="5" cy="5" r="3.7" fill="none" stroke={fill} strokeWidth="1.6" />}
    </svg>
  );
}

export function tileColour(colour: TileColour): string {
  return colours[colour];
}
