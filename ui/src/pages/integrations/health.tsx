import { Text } from "@mantine/core";
import type { Integration } from "../../api/types.ts";
import { hrefs } from "../../app/places.ts";
import { StateDot, tileColour, tileWords } from "../../kit/dot.tsx";
import { AppLink } from "../../kit/link.tsx";
import { sentence } from "./state-line.tsx";
import classes from "./tile/tile.module.css";
import { cureOf } from "./tile/tile-facts.ts";

/** How it stands: a colour with a word, why, and where that is cured. */
export function Health({ integration, hasLink = false }: { integration: Integration; hasLink?: boolean }) {
  const { colour, reason } = integration.tile;
  const cure = hasLink ? cureOf(integration) : null;
  return (
    <div className={classes.state}>
      <StateDot colour={colour} />
      <div style={{ minWidth: 0 }}>
        <Text span fw={600} fz="sm" c={tileColour(colour)}>
          {tileWords[colour]}
        </Text>
        <span className={`foreign ${hasLink ? classes.reason : ""}`} title={hasLink ? reason : undefined}>
          {sentence(reason)}
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
