import { useMediaQuery } from "@mantine/hooks";
import { lazyRouteComponent } from "@tanstack/react-router";
import { type ReactNode, Suspense, useEffect, useState } from "react";
import { usePreference } from "../api/preferences.ts";
import { Empty, Failure } from "../kit/states.tsx";
import { ColumnsMenu } from "./columns-menu.tsx";
import classes from "./explorer.module.css";
import { ExplorerEmpty } from "./explorer-empty.tsx";
import { ExplorerHead, type Tab } from "./explorer-head.tsx";
import { type Explored, useExplorer } from "./explorer-model.ts";
import { ExplorerPanel } from "./explorer-panel.tsx";
import type { ListDescription } from "./explorer-types.ts";
import { ExportButton } from "./export-button.tsx";
import { Facets } from "./facets.tsx";
import { QueryBar } from "./query-bar/query-bar.tsx";
import { SavedSearches } from "./saved-searches/saved-searches.tsx";
import { type Density, Strip } from "./strip.tsx";
import { Table } from "./table.tsx";
import { mostRows } from "./table-pages.ts";
import { TimeRange } from "./time-range.tsx";

const FacetsDrawer = lazyRouteComponent(() => import("./facets-drawer.tsx"), "FacetsDrawer");

export interface ExplorerProps<T> {
  description: ListDescription<T>;
  title: string;
  /** The words that lead to the title. */
  crumb?: string;
  tabs?: readonly Tab[];
  /** A condition that the page adds by itself. */
  fixed?: string;
  /** Shown until someone chooses, in this order. */
  firstColumns: readonly string[];
  /** What stands over the rows. */
  header?: (list: HeaderProps) => ReactNode;
  /** What can be done with all that is found, beside the export. */
  actions?: (found: { query: string; isKnown: boolean; onRefresh: () => void }) => ReactNode;
  /** What is open beside the list. */
  details: (id: string, onClose: () => void) => ReactNode;
  /** Where an integration is added; `null`: whoever looks may not. */
  addIntegrationHref: string | null;
}

/** What something over the rows may show and change. */
export interface HeaderProps {
  /** All conditions but the time range. */
  query: string;
  range: string | undefined;
  onRange: (range: string | undefined) => void;
  /** Asks for a value besides what is asked for already. */
  onTerm: (field: string, value: string | number | boolean | null) => void;
  /** The inventory changed since the rows were read. */
  hasNews: boolean;
  onRefresh: () => void;
}

/** A list of findings, assets or signals with everything around it: query, facets, columns, details, export. */
export function Explorer<T>(props: ExplorerProps<T>) {
  const { description, title, crumb, tabs = [], fixed = "", header, details } = props;
  const isPhone = useMediaQuery("(max-width: 48em)") ?? false;
  const explored = useExplorer({ description, fixed, firstColumns: props.firstColumns });
  const { address, opening } = explored;
  useTitle(title);
  return (
    <div className={classes.explorer}>
      <ExplorerHead title={title} crumb={crumb} tabs={tabs} />
      <Bar explored={explored} description={description} fixed={fixed} />
      <div className={classes.work}>
        <Work {...props} explored={explored} isPhone={isPhone} header={header?.(explored.forHeader)} />
        {address.open !== undefined && (
          <ExplorerPanel label={`Details of the ${description.words.one}`} isCovering={isPhone} resetKey={address.open}>
            {details(address.open, opening.close)}
          </ExplorerPanel>
        )}
      </div>
    </div>
  );
}

function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Weir`;
    return () => {
      document.title = "Weir";
    };
  }, [title]);
}

interface PartProps<T> {
  explored: Explored<T>;
  description: ListDescription<T>;
}

/** What is looked for. */
function Bar<T>({ explored, description, fixed }: PartProps<T> & { fixed: string }) {
  const { address, queryError, columns } = explored;
  const { thing } = description;
  const current = { query: address.q, sort: address.sort ?? null, columns: columns.kept?.shown.slice() ?? null };
  return (
    <div className={classes.bar}>
      <div className={classes.query}>
        <QueryBar
          on={thing}
          value={address.q}
          onSubmit={explored.ask}
          placeholder={`Search the ${description.words.many}`}
          error={queryError}
          {...(fixed !== "" && { fixed })}
        />
      </div>
      <TimeRange on={thing} value={address.range} onChange={(range) => address.go({ range })} />
      <SavedSearches on={thing} current={current} onOpen={explored.openSaved} />
    </div>
  );
}

const rowHeights = { comfortable: 36, compact: 28, phone: 60 };

interface WorkProps<T> extends Omit<ExplorerProps<T>, "header"> {
  explored: Explored<T>;
  isPhone: boolean;
  header: ReactNode;
}

/** Facets, and the rows with what stands over them. */
function Work<T>({
  description,
  title,
  fixed = "",
  explored,
  isPhone,
  header,
  actions,
  addIntegrationHref,
}: WorkProps<T>) {
  const { address, list, sort, columns, opening, queryError } = explored;
  const [hasFacets, setFacets] = usePreference("facets", true, (value) => typeof value === "boolean");
  const [isDrawerOpen, setDrawer] = useState(false);
  const [density, setDensity] = usePreference<Density>("density", "comfortable", isDensity);
  const facets = {
    ...explored.facets,
    thing: description.thing,
    facets: description.facets.filter(({ by }) => !fixed.startsWith(`${by}:`)),
  };
  const toggleFacets = () => (isPhone ? setDrawer(!isDrawerOpen) : setFacets(!hasFacets));
  const isEmpty = list.rowCount === 0 && !list.isPending;
  return (
    <>
      {!isPhone && hasFacets && <Facets {...facets} />}
      {isPhone && (
        <Suspense>
          <FacetsDrawer {...facets} isOpen={isDrawerOpen} onClose={() => setDrawer(false)} />
        </Suspense>
      )}
      <div className={classes.main}>
        <Strip
          words={description.words}
          total={list.total}
          readAt={list.readAt}
          hasNews={list.hasNews}
          onRefresh={list.refresh}
          sorts={description.sorts}
          sort={sort.now}
          onSort={sort.change}
          density={density}
          onDensity={setDensity}
          facets={{ isShown: isPhone ? isDrawerOpen : hasFacets, onToggle: toggleFacets }}
          isNarrow={isPhone}
        >
          {!isPhone && (
            <ColumnsMenu
              columns={description.columns}
              choice={columns.choice}
              onChoice={columns.change}
              onReset={columns.reset}
            />
          )}
          {actions?.({ query: list.search.query, isKnown: list.total !== null, onRefresh: list.refresh })}
          <ExportButton
            thing={description.thing}
            words={description.words}
            query={list.search.query}
            isOff={list.total === null}
          />
        </Strip>
        {header}
        {list.error !== null && queryError === null && (
          <div className={classes.notice}>
            <Failure error={list.error} onRetry={list.retry} title="The list could not be read" />
          </div>
        )}
        {isEmpty && queryError !== null && list.total === null && (
          <Empty title="The query cannot be understood">The query bar says where, and what was probably meant.</Empty>
        )}
        {isEmpty && list.total !== null && list.error === null && (
          <ExplorerEmpty
            thing={description.thing}
            many={description.words.many}
            q={address.q}
            range={address.range}
            isFirst={address.q === description.first.q && address.range === description.first.range}
            addHref={addIntegrationHref}
            onQuery={explored.ask}
            onAnyTime={() => address.go({ range: undefined })}
            onRefresh={list.refresh}
          />
        )}
        {!isEmpty && (
          <Table
            description={isPhone ? { ...description, columns: [description.phone] } : description}
            list={list}
            title={title}
            entry={address.entry}
            choice={isPhone ? { shown: [description.phone.id], widths: {} } : columns.choice}
            onChoice={columns.change}
            hasTitles={!isPhone}
            sort={sort.now}
            onSort={sort.byTitle}
            height={rowHeights[isPhone ? "phone" : density]}
            open={opening.openId}
            onOpen={opening.open}
            onClose={opening.close}
          />
        )}
        {list.rowCount >= mostRows && (
          <div className={classes.hint}>The list ends here. Narrow the query, or export everything it finds.</div>
        )}
      </div>
    </>
  );
}

function isDensity(value: unknown): value is Density {
  return value === "comfortable" || value === "compact";
}
