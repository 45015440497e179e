import { Button, Checkbox, Stack, Text } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useSplit } from "../api/identification.ts";
import { useMay } from "../api/me.ts";
import type { AssetDetail } from "../api/types.ts";
import classes from "./asset-sources.module.css";

const Confirm = lazy(async () => ({ default: (await import("../kit/confirm.tsx")).Confirm }));

/** Takes some of the records of an asset off it, for good or until somebody undoes it. */
export function AssetSplit({ asset }: { asset: AssetDetail }) {
  const [isOpen, setOpen] = useState(false);
  const maySplit = useMay("analyst");
  if (!maySplit || machinesOf(asset).length < 2) return null;
  return (
    <>
      <Button variant="default" size="compact-sm" onClick={() => setOpen(true)}>
        Split
      </Button>
      {isOpen && (
        <Suspense>
          <Split asset={asset} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

/** rules, and what people say against them, are for machines only. */
function machinesOf({ sources }: AssetDetail) {
  return sources.filter(({ identifiers }) => identifiers !== null);
}

function Split({ asset, onClose }: { asset: AssetDetail; onClose: () => void }) {
  const { id, name } = asset;
  const sources = machinesOf(asset);
  const [chosen, setChosen] = useState<string[]>([]);
  const split = useSplit(id);
  const isAll = chosen.length === sources.length;
  return (
    <Confirm
      title="Split this asset"
      verb="Split"
      onClose={onClose}
      isPending={split.isPending}
      isReady={chosen.length > 0 && !isAll}
      error={split.error}
      onConfirm={() => split.mutate(chosen, { onSuccess: onClose })}
    >
      <Stack gap="sm">
        <Text fz="sm">
          Which records are another machine than <b className="foreign">{name}</b>? They become an asset of their own,
          with the findings that came with them, and are never merged with the rest again until somebody undoes it.
        </Text>
        <Checkbox.Group value={chosen} onChange={setChosen} aria-label="Records to split off">
          <Stack gap={8}>
            {sources.map(({ id: source, integration, externalId }) => (
              <Checkbox
                key={source}
                value={source}
                size="sm"
                label={
                  <>
                    <span className="foreign">{integration ?? "a removed integration"}</span>
                    <span className={`mono foreign ${classes.known}`}>{externalId}</span>
                  </>
                }
              />
            ))}
          </Stack>
        </Checkbox.Group>
        {isAll && (
          <Text fz="sm" c="var(--warn)">
            Leave at least one: what is left stays this asset.
          </Text>
        )}
      </Stack>
    </Confirm>
  );
}
