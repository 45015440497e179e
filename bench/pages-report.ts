import { cpus, totalmem } from "node:os";
import type { PagesFigures, Sample } from "./pages.ts";
import { type Figure, middle } from "./pages-figure.ts";

/** What was measured several times, in one line. */
interface Line {
  figure: Figure;
  best: number;
  median: number;
}

export function pagesText(figures: PagesFigures): string {
  const lines = [...steps(figures)].flatMap(([step, of]) => [
    step,
    ...of.map(
      (line) =>
        `${value(line, line.best).padStart(10)}${value(line, line.median).padStart(10)}  ${verdict(line).padEnd(5)} ${line.figure.name}`,
    ),
  ]);
  const found = figures.complaints.map((complaint) => `complaint: ${complaint}`);
  return [
    `${count(figures.findings)} findings, ${figures.rounds} rounds: best, median, of the budget`,
    ...lines,
    ...found,
  ].join("\n");
}

export function pagesSection(all: readonly PagesFigures[]): string {
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `## The pages

Measured with \`npm run bench -- pages\` on ${machine}: headless Chromium (1440 × 900, no GPU), Weir and its PostgreSQL on
the same machine, over a store that SQL fills. Each round begins with an empty cache. *Best* and *median* are of the
rounds; times are as somebody in front of the screen has them, so whatever else the machine does is in them.

- **Bytes** are those on the wire, with their headers. The budget is for everything that signing in and the first list
  need, and what is fetched ahead of the first details.
- **Drawn** means: the frame with it was made, and the main thread was free again, so a click would be answered.
- **Main thread** is the processor time that the page itself takes, from a trace of Chromium: what else the machine does
  hardly shows in it. A task over 50 ms would make a key wait.
- **Layout shift**, **largest contentful paint** and **from input to next paint** are the browser's own figures, as
  Lighthouse and the web vitals have them; the budget is what those call good.
- Accessibility is checked by axe on the dashboard, a list of each kind and the integrations, light and dark; best
  practices by what the console and Chromium's *Issues* have to say meanwhile: errors, refusals by the policy of the
  pages, deprecated functions, fields without a name.

${all.map(figuresTable).join("\n\n")}
`;
}

function figuresTable(figures: PagesFigures): string {
  const rows = [...steps(figures)].flatMap(([step, of]) => [
    `| **${step}** | | | | |`,
    ...of.map((line) => {
      const { name, budget } = line.figure;
      const limit = budget === undefined ? "" : value(line, budget);
      const ratio = budget === undefined ? "" : `**${verdict(line)}**`;
      return `| ${name} | ${value(line, line.best)} | ${value(line, line.median)} | ${limit} | ${ratio} |`;
    }),
  ]);
  const { complaints, findings, rounds } = figures;
  const found =
    complaints.length === 0
      ? "Neither axe, nor the console, nor Chromium's *Issues* had anything to say."
      : `Said by axe, the console or Chromium's *Issues*:\n\n${complaints.map((one) => `- ${one}`).join("\n")}`;
  return `### ${count(findings)} findings, ${rounds} rounds

| | best | median | budget | median / budget |
| --- | --- | --- | --- | --- |
${rows.join("\n")}

${found}`;
}

function steps({ samples }: PagesFigures): Map<string, Line[]> {
  const byStep = Map.groupBy(samples, ({ step }) => step);
  return new Map([...byStep].map(([step, of]) => [step, lines(of)]));
}

function lines(samples: readonly Sample[]): Line[] {
  return [...Map.groupBy(samples, ({ name }) => name).values()].map((of) => {
    const values = of.map((sample) => sample.value);
    return { figure: of[0]!, best: Math.min(...values), median: middle(values) };
  });
}

function verdict({ figure: { budget }, median }: Line): string {
  return budget === undefined ? "" : (median / budget).toFixed(2);
}

function value({ figure: { name, unit } }: Line, number: number): string {
  if (unit === "") return name === "layout shift" ? number.toFixed(3) : count(Math.round(number));
  return `${count(Math.round(number))} ${unit}`;
}

function count(n: number): string {
  return n.toLocaleString("en-US");
}
