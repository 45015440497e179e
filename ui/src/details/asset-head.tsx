import type { AssetDetail } from "../api/types.ts";
import { AppLink } from "../kit/link.tsx";
import { StatusLabel } from "../kit/status.tsx";
import { TimeAgo } from "../kit/time.tsx";
import { wordText } from "../kit/words.ts";
import { hrefs } from "../places.ts";
import classes from "./details.module.css";
import { useDetailLayout } from "./layout.ts";
import { DetailHead } from "./section.tsx";

/** What it is called, what it is, and what one must know before believing the rest. */
export function AssetHead({ asset }: { asset: AssetDetail }) {
  const isPage = useDetailLayout() === "page";
  return (
    <>
      <DetailHead
        title={asset.name}
        above={
          isPage && (
            <AppLink href={hrefs.assets()} c="dimmed" fz="inherit">
              Inventory
            </AppLink>
          )
        }
        below={
          <>
            <span>{wordText(asset.class)}</span>
            <StatusLabel status={asset.status} />
            <span>
              Risk <b>{asset.riskScore}</b> of 1,000
            </span>
            {asset.internetExposed === true && <span className={classes.flag}>Reachable from the internet</span>}
          </>
        }
      />
      <Notice asset={asset} />
    </>
  );
}

function Notice({ asset }: { asset: AssetDetail }) {
  if (asset.isPlaceholder)
    return (
      <p className={classes.notice}>
        Only findings have spoken of it so far; the inventory has not delivered it. What they did not say (tags,
        exposure, when it was seen) is not known, and fills in when the assets of its integration have been read.
      </p>
    );
  if (asset.deletedAt !== null)
    return (
      <p className={classes.notice}>
        Wiz says that it was deleted <TimeAgo at={asset.deletedAt} />. Its findings stay here, for the record.
      </p>
    );
  if (asset.status === "gone") return <p className={classes.notice}>{goneText(asset)}</p>;
  return null;
}

function goneText({ sources }: AssetDetail): string {
  const names = sources.map(({ integration }) => integration ?? "a removed integration").join(", ");
  return `Two complete passes in a row no longer found it at ${names}. Wiz has not said that it was deleted; when it comes back, so does its record here.`;
}
