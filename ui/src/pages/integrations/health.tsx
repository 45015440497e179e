import { Text } from "@mantine/core";
import type { Integration } from "../../api/types.ts";
import { StateDot, tileColour, tileWords } from "../../kit/dot.tsx";
import { AppLink } from "../../kit/link.tsx";
import { hrefs } from "../../places.ts";
import classes from "./tile/tile.module.css";
import { cureOf } from "./tile/tile-facts.ts";
import { sentence } from "./words.ts";

/** How it stands: a colour with a word, why, and where that is cured. */
export function Health({ integration, hasLink = false }: { integration: Integration; hasLink?: boolean }) {
  const { colour, reason } = integration.tile;
  const cure = hasLink ? cureOf(integration) : null;
  return (
    <div className={classes.state}>
      <StateDot colour={colour} />
      <div style={{ minWidth: 0 }}>
        <Text span fw={600} fz="sm" c={tileColour(colour)}>
          {healthWord(integration)}
        </Text>
        <span className={`foreign ${hasLink ? classes.reason : ""}`} title={hasLink ? reason : undefined}>
          {colour === "grey" && reason === "disabled" ? "Nothing is polled. What came in is kept." : sentence(reason)}
        </span>
        {cure !== null && (
          <AppLink href={hrefs.integration(integration.id, cure.tab)} fz="sm">
            {cure.label}
          </AppLink>
        )}
      </div>
    </div>
  );
}

/** Before the first run ends there is no colour to speak of. */
function healthWord({ tile: { colour, reason }, state }: Integration): string {
  if (colour !== "grey" || reason === "disabled") return colour === "grey" ? "Disabled" : tileWords[colour];
  return state === "processing" || state === "processed" ? "First run" : tileWords.grey;
}
