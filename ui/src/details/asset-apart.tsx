import { Button } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useUndoSeparation } from "../api/identification.ts";
import { useMay } from "../api/me.ts";
import type { AssetDetail } from "../api/types.ts";
import { AppLink } from "../kit/link.tsx";
import { TimeAgo } from "../kit/time.tsx";
import { hrefs } from "../places.ts";
import classes from "./asset-sources.module.css";
import { Section } from "./section.tsx";

const Confirm = lazy(async () => ({ default: (await import("../kit/confirm.tsx")).Confirm }));

type Separation = AssetDetail["separations"][number];

/** What people said is another machine; later runs respect it until somebody takes it back. */
export function AssetApart({ asset: { id, separations } }: { asset: AssetDetail }) {
  if (separations.length === 0) return null;
  return (
    <Section title="Never merged with">
      <ul className={classes.apart} aria-label="Never merged with">
        {separations.map((separation) => (
          <Apart key={separation.id} assetId={id} separation={separation} />
        ))}
      </ul>
    </Section>
  );
}

function Apart({ assetId, separation: { id, at, decidedBy, sources } }: { assetId: string; separation: Separation }) {
  const [isAsked, setAsked] = useState(false);
  const undo = useUndoSeparation();
  const mayUndo = useMay("analyst");
  const others = sources.filter((source) => source.assetId !== assetId);
  return (
    <li>
      <div>
        {others.length === 0 && <span className={classes.quiet}>records that are gone</span>}
        {others.map((other) => (
          <span key={other.id} className={classes.other}>
            <AppLink href={hrefs.asset(other.assetId)} fz="inherit">
              <span className="foreign">{other.assetName}</span>
            </AppLink>
            <span className="foreign">{other.integration ?? "a removed integration"}</span>
            <span className={`mono foreign ${classes.quiet}`}>{other.externalId}</span>
          </span>
        ))}
        <span className={classes.quiet}>
          Separated by <span className="foreign">{decidedBy}</span>, <TimeAgo at={at} />
        </span>
      </div>
      {mayUndo && (
        <Button variant="default" size="compact-sm" onClick={() => setAsked(true)}>
          Undo
        </Button>
      )}
      {isAsked && (
        <Suspense>
          <Confirm
            title="Undo the separation"
            verb="Undo"
            onClose={() => setAsked(false)}
            isPending={undo.isPending}
            error={undo.error}
            onConfirm={() => undo.mutate(id, { onSuccess: () => setAsked(false) })}
          >
            The rules decide again: where they say that it is the same machine, the records become one asset at once.
          </Confirm>
        </Suspense>
      )}
    </li>
  );
}
