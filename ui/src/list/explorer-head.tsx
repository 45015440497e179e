import { AppLink } from "../kit/link.tsx";
import classes from "./explorer.module.css";

export interface Tab {
  title: string;
  href: string;
  isHere: boolean;
}

/** One line: where this is, and what is beside it. */
export function ExplorerHead({ title, crumb, tabs }: { title: string; crumb?: string; tabs: readonly Tab[] }) {
  return (
    <header className={classes.head}>
      <div className={classes.crumb}>
        {crumb !== undefined && <span>{crumb} › </span>}
        <h1>{title}</h1>
      </div>
      {tabs.length > 0 && (
        <nav className={classes.tabs} aria-label={crumb ?? title}>
          {tabs.map((tab) => (
            <AppLink
              key={tab.title}
              href={tab.href}
              className={classes.tab}
              underline="never"
              {...(tab.isHere && { "aria-current": "page" as const })}
            >
              {tab.title}
            </AppLink>
          ))}
        </nav>
      )}
    </header>
  );
}
