import { Progress, Skeleton, Stack, Text } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import type { Feeds } from "../../../../src/api/routes/feeds.ts";
import { api } from "../../api/client.ts";
import { useMay } from "../../api/me.ts";
import { Panel } from "../../charts/panel.tsx";
import { StateDot } from "../../kit/dot.tsx";
import { AppLink, OutLink } from "../../kit/link.tsx";
import { countText, numberText, totalText } from "../../kit/numbers.ts";
import { Page } from "../../kit/page.tsx";
import { PageHead } from "../../kit/page-head.tsx";
import { Failure } from "../../kit/states.tsx";
import { TimeAgo } from "../../kit/time.tsx";
import { dateText } from "../../kit/times.ts";
import { hrefs } from "../../places.ts";
import classes from "./feeds.module.css";
import { ageText } from "./feeds-text.ts";
import { FeedUpload } from "./feeds-upload.tsx";

export const feedsQuery = queryOptions({
  queryKey: ["feeds"],
  queryFn: ({ signal }) => api.get<Feeds>("/feeds", undefined, signal),
  refetchInterval: ({ state }) => (state.data?.scoring?.finishedAt === null ? 2_000 : 60_000),
});

/** What is known of CVEs beside what Wiz says: which files are loaded, how old, and how far scores have followed. */
export function FeedsPage() {
  const isAdmin = useMay("admin");
  const { data, error, refetch } = useQuery(feedsQuery);
  return (
    <Page>
      <PageHead title="Feeds" above="Settings">
        EPSS and CISA's list of exploited vulnerabilities, from files: Weir fetches nothing from the internet.{" "}
        <AppLink href={hrefs.help("feeds")} fz="inherit" underline="always">
          Where to get them
        </AppLink>
      </PageHead>
      {error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeletons />}
      {data !== undefined && (
        <Stack gap="sm">
          <div className={classes.feeds}>
            {data.feeds.map((feed) => (
              <FeedPanel key={feed.feed} feed={feed} disputed={data.disputed[feed.feed]} />
            ))}
          </div>
          {data.scoring !== null && data.scoring.total > 0 && <Scoring scoring={data.scoring} />}
          {isAdmin ? (
            <FeedUpload />
          ) : (
            <Text fz="sm" c="dimmed">
              An administrator loads new files here, or with <span className="mono">weir feeds import</span>.
            </Text>
          )}
        </Stack>
      )}
    </Page>
  );
}

type Feed = Feeds["feeds"][number];

const about = {
  epss: { note: "How likely a CVE is to be exploited in the next 30 days", href: "https://www.first.org/epss/" },
  kev: {
    note: "CVEs that are known to be exploited",
    href: "https://www.cisa.gov/known-exploited-vulnerabilities-catalog",
  },
} as const;

function FeedPanel({ feed, disputed }: { feed: Feed; disputed: Feeds["disputed"]["kev"] }) {
  const { loaded } = feed;
  const { note, href } = about[feed.feed];
  const publisher = (
    <OutLink href={href} fz="sm">
      {feed.publisher}
    </OutLink>
  );
  return (
    <Panel title={feed.name} note={note} actions={publisher}>
      <p className={classes.state}>
        <StateDot colour={loaded === null ? "grey" : feed.isOld ? "amber" : "green"} />
        <span>{ageText(feed)}</span>
      </p>
      {loaded !== null && (
        <dl className={classes.facts}>
          <dt>Of</dt>
          <dd>
            {dateText(loaded.dataAt)}
            {feed.feed === "kev" && loaded.version === null && " (its newest entry)"}
          </dd>
          <dt>{feed.feed === "epss" ? "Model" : "Version"}</dt>
          <dd className="mono foreign">{loaded.version ?? "not named"}</dd>
          <dt>CVEs</dt>
          <dd className="number">{numberText(loaded.rows)}</dd>
          <dt>File</dt>
          <dd className="foreign">{loaded.fileName}</dd>
          <dt>Loaded</dt>
          <dd>
            <TimeAgo at={loaded.importedAt} /> by <span className="foreign">{loaded.importedBy}</span>
          </dd>
          <dt>Wiz disagrees</dt>
          <dd>
            {disputed.value === 0 ? (
              "on nothing that is open"
            ) : (
              <AppLink href={hrefs.list("findings", disputed.query)} fz="inherit">
                on {totalText(disputed)} open {disputed.value === 1 ? "finding" : "findings"}
              </AppLink>
            )}
          </dd>
        </dl>
      )}
    </Panel>
  );
}

function Scoring({ scoring }: { scoring: NonNullable<Feeds["scoring"]> }) {
  const { total, done, changed, assetsDone, assetsLeft, finishedAt } = scoring;
  if (finishedAt !== null)
    return (
      <Text fz="sm" c="dimmed">
        All scores follow the feeds since <TimeAgo at={finishedAt} />: {countText(changed, "finding")} of{" "}
        {numberText(total)} changed, and {countText(assetsDone, "asset")}.
      </Text>
    );
  return (
    <Panel title="Scores follow" note="In the background, in small steps: searches go on meanwhile">
      <Progress
        value={(100 * done) / total}
        aria-label={`${numberText(done)} of ${numberText(total)} findings`}
        mb="xs"
        transitionDuration={300}
      />
      <Text fz="sm" aria-live="polite">
        {numberText(done)} of {countText(total, "finding")}, {numberText(changed)} changed;{" "}
        {countText(assetsDone, "asset")}
        {assetsLeft > 0 && `, ${numberText(assetsLeft)} to follow`}
      </Text>
    </Panel>
  );
}

function Skeletons() {
  return (
    <div className={classes.feeds} aria-busy="true">
      <Skeleton height={236} />
      <Skeleton height={236} />
    </div>
  );
}
