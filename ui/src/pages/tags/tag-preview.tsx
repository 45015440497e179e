import { Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { tagPreviewQuery } from "../../api/tags.ts";
import { AppLink } from "../../kit/link.tsx";
import { countText, numberText } from "../../kit/numbers.ts";
import { messageOf } from "../../kit/states.tsx";
import { cloudText, wordText } from "../../kit/words.ts";
import { hrefs } from "../../places.ts";
import classes from "./tag-preview.module.css";
import { changeText } from "./tag-words.ts";

const pauseMs = 350;

/** Which assets the query finds just now; what was found before stays, dimmed, until the answer is there. */
export function TagPreviewPanel({ query, tag }: { query: string; tag: string | undefined }) {
  const [asked] = useDebouncedValue(query.trim(), pauseMs);
  const { data, error, isPlaceholderData } = useQuery({ ...tagPreviewQuery(asked, tag), enabled: asked !== "" });
  if (asked === "")
    return (
      <div className={classes.panel}>
        <Text fz="sm" c="dimmed">
          Write a query to see which assets get the tag.
        </Text>
      </div>
    );
  if (error !== null)
    return (
      <div className={classes.panel} data-wrong role="alert">
        <Text fz="sm">{messageOf(error)}</Text>
      </div>
    );
  const change = data === undefined ? null : changeText(data);
  const isStale = isPlaceholderData || asked !== query.trim();
  return (
    <section className={classes.panel} aria-label="What the query finds" data-stale={isStale || undefined}>
      {data === undefined ? (
        <Text fz="sm" c="dimmed">
          Looking …
        </Text>
      ) : (
        <>
          <Text fz="sm" role="status">
            Finds{" "}
            <AppLink href={hrefs.assets({ q: asked })} fz="inherit">
              {countText(data.total, "asset")}
            </AppLink>
            {change === null ? "." : `. ${change}`}
          </Text>
          <ul className={classes.examples}>
            {data.examples.map(({ id, name, class: kind, cloud, criticality }) => (
              <li key={id}>
                <AppLink href={hrefs.asset(id)} fz="inherit" className="foreign one-line">
                  {name}
                </AppLink>
                <span className={classes.facts}>
                  {wordText(kind)}
                  {cloud !== null && `, ${cloudText(cloud)}`}, criticality {criticality} now
                </span>
              </li>
            ))}
          </ul>
          {data.total > data.examples.length && (
            <Text fz="xs" c="dimmed" mt={2}>
              and {numberText(data.total - data.examples.length)} more; these have the highest risk scores
            </Text>
          )}
        </>
      )}
    </section>
  );
}
